package io.pithead.protocol.admin;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A tenant. */
public record Account(
        UUID id,
        String name,
        int weight,
        Instant createdAt,
        @Nullable Instant disabledAt) {}
