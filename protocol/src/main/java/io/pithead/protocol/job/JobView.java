package io.pithead.protocol.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as its buyer sees it. {@code error} says why it ended or waits for another attempt. {@code verification} is there when
 * its proof is judged before it is paid, {@code replicaOf} when it repeats another job of the buyer's for that.
 */
public record JobView(
        UUID id,
        JobState state,
        String workload,
        @Nullable JsonNode params,
        @Nullable JsonNode payload,
        @Nullable Constraints constraints,
        @Nullable JobLimits limits,
        @Nullable UUID run,
        int priority,
        String price,
        int attempt,
        int maxAttempts,
        @Nullable String node,
        @Nullable Integer percent,
        @Nullable String note,
        @Nullable String outputSha,
        @Nullable JobError error,
        Instant submittedAt,
        @Nullable Instant readyAt,
        Instant expiresAt,
        @Nullable Instant deadline,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Judging verification,
        @Nullable UUID replicaOf) {

    public record JobError(String code, String message) {}

    /** {@code verdict} once it was judged. */
    public record Judging(Verification.Mode mode, VerificationView.@Nullable Verdict verdict) {}
}
