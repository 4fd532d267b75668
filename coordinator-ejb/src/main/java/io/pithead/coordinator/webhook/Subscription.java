package io.pithead.coordinator.webhook;

import java.util.Set;
import java.util.UUID;

/** Whom an account told us to call, and about which events; none named means all. */
record Subscription(UUID id, UUID accountId, String url, String host, Set<String> events) {
    Subscription {
        events = Set.copyOf(events);
    }

    boolean wants(String event) {
        return events.isEmpty() || events.contains(event);
    }
}
