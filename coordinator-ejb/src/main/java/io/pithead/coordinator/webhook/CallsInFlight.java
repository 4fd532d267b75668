package io.pithead.coordinator.webhook;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What one host and one account may have at a time. Not thread-safe: the sender's loop keeps it. */
final class CallsInFlight {
    static final int TOTAL = 64;
    static final int PER_HOST = 4;
    static final int PER_ACCOUNT = 16;

    private final Map<String, Integer> byHost = new HashMap<>();
    private final Map<UUID, Integer> byAccount = new HashMap<>();
    private int total;

    int free() {
        return TOTAL - total;
    }

    Map<String, Integer> room(List<String> hosts) {
        var room = new LinkedHashMap<String, Integer>();
        for (String host : hosts) {
            int free = PER_HOST - byHost.getOrDefault(host, 0);
            if (free > 0) {
                room.put(host, free);
            }
        }
        return room;
    }

    /** Accounts that have all they may have. One claim may overshoot by what one host may have. */
    Set<UUID> resting() {
        return byAccount.entrySet().stream()
                .filter(entry -> entry.getValue() >= PER_ACCOUNT)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    void began(Claim claim) {
        byHost.merge(claim.host(), 1, Integer::sum);
        byAccount.merge(claim.accountId(), 1, Integer::sum);
        total++;
    }

    void ended(Claim claim) {
        byHost.computeIfPresent(claim.host(), (host, count) -> count == 1 ? null : count - 1);
        byAccount.computeIfPresent(claim.accountId(), (account, count) -> count == 1 ? null : count - 1);
        total--;
    }
}
