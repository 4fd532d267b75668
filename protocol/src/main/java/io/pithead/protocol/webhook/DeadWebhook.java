package io.pithead.protocol.webhook;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A delivery that was given up; {@code job_id} is the group's id where it tells of a group. */
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
