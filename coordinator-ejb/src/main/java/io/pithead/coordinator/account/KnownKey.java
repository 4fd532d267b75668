package io.pithead.coordinator.account;

import java.time.Instant;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A key as the database last had it: not revoked, its account not disabled. */
record KnownKey(
        Caller caller,
        @Nullable Integer requestsPerMinute,
        @Nullable Instant expiresAt) {
    boolean isExpired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    OptionalInt limit() {
        return requestsPerMinute == null ? OptionalInt.empty() : OptionalInt.of(requestsPerMinute);
    }
}
