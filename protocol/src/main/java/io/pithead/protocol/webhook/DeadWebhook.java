package io.pithead.protocol.webhook;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A delivery that was given up. */
public record DeadWebhook(
        UUID id,
        UUID accountId,
        UUID jobId,
        String url,
        String event,
        int attempts,
        @Nullable String lastError,
        Instant createdAt,
        Instant deadAt) {}
