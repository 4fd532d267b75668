package io.pithead.miner.agent.core;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether the coordinator answers: said once when it stops, once when every call works again, silence between. */
final class Link {
    private static final int RATE_LIMITED = 429;
    private static final Set<Call> WATCHED = EnumSet.of(Call.REGISTER, Call.BEAT, Call.POLL);

    private final Set<Call> failing = EnumSet.noneOf(Call.class);
    private Optional<Instant> lostSince = Optional.empty();
    private String lostBy = "";

    Optional<Instant> lostSince() {
        return lostSince;
    }

    List<Order> troubled(Call call, Trouble trouble, Instant now) {
        if (!WATCHED.contains(call) || trouble.status() == RATE_LIMITED) {
            return List.of();
        }
        failing.add(call);
        String kind = trouble.isLost() ? "lost" : trouble.status() + trouble.code();
        if (lostSince.isPresent() && kind.equals(lostBy)) {
            return List.of();
        }
        lostSince = Optional.of(lostSince.orElse(now));
        lostBy = kind;
        return List.of(new Order.SayLost(trouble));
    }

    List<Order> answered(Call call, Instant now) {
        if (!failing.remove(call) || !failing.isEmpty()) {
            return List.of();
        }
        Duration away = Duration.between(lostSince.orElse(now), now);
        lostSince = Optional.empty();
        return List.of(new Order.SayBack(away));
    }
}
