package io.pithead.coordinator.user.core;

import java.time.Duration;
import java.time.Instant;

/** A session ends when it was not used for a while, and in any case after a longer one. */
public record SessionPolicy(Duration idle, Duration max) {
    public SessionPolicy {
        if (idle.compareTo(max) > 0) {
            throw new IllegalArgumentException("a session is idle for no longer than it lasts");
        }
    }

    public Instant expiresAt(Instant createdAt) {
        return createdAt.plus(max);
    }

    public boolean isLive(Instant lastSeenAt, Instant expiresAt, Instant now) {
        return now.isBefore(expiresAt) && now.isBefore(lastSeenAt.plus(idle));
    }
}
