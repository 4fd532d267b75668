package io.pithead.coordinator.account.core;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What makes a key usable or not, its account aside. */
public record KeyState(
        @Nullable Instant expiresAt, @Nullable Instant revokedAt) {
    public boolean isLive(Instant now) {
        return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
    }
}
