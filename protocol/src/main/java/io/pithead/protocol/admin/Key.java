package io.pithead.protocol.admin;

import io.pithead.protocol.key.Scope;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A key as it is listed: {@code hint} tells it from others, nothing here lets anyone use it. */
public record Key(
        UUID id,
        UUID account,
        Scope scope,
        String hint,
        @Nullable String label,
        @Nullable Integer requestsPerMinute,
        @Nullable UUID replaces,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt) {}
