package io.pithead.coordinator.account;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A key as the database last had it: not revoked, its account not disabled. */
record KnownKey(
        Caller caller,
        @Nullable Integer requestsPerMinute,
        @Nullable Instant expiresAt) {
    boolean isExpired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    int limit(int otherwise) {
        return requestsPerMinute == null ? otherwise : requestsPerMinute;
    }
}
