package io.pithead.protocol.webhook;

import io.pithead.protocol.job.JobState;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The body of a webhook call: one step of one job. {@code seq} grows by one with each step of the job. */
public record WebhookEvent(String event, Instant createdAt, Job job) {
    /** What the job became. */
    public record Job(
            UUID id,
            JobState state,
            int seq,
            int attempt,
            @Nullable String reason) {}
}
