package io.pithead.protocol.job;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far the verification of a job is, as its buyer sees it. Number 0 is the job itself; the others are jobs of the buyer's
 * that repeat it. Who ran them is told by no more than what their nodes signed. {@code result} is the number of the one whose result the job has.
 */
public record VerificationView(
        UUID id,
        JobState state,
        Verification.Mode mode,
        int replicas,
        int quorum,
        int maxReplicas,
        @Nullable Verdict verdict,
        @Nullable String reason,
        @Nullable Integer result,
        @Nullable Instant deadline,
        @Nullable Instant judgedAt,
        List<Replica> items) {

    public VerificationView {
        items = List.copyOf(items);
    }

    /** What came of it; absent until then. */
    public enum Verdict {
        /** The job has a result, and those who gave it were paid. */
        AGREED,
        /** There is no result, and nobody was paid. */
        FAILED,
        /** The job ended before it was judged. */
        ENDED
    }

    /**
     * {@code verdict} is {@code PAID}, {@code DISSENTED} or {@code IDLE}, once there is one. {@code claim} is what its node signed of its answer, where
     * it did, and is told when all is judged: before, it would say who has whose replica.
     */
    public record Replica(
            int number,
            UUID job,
            JobState state,
            @Nullable String outputSha,
            @Nullable String verdict,
            @Nullable ProofClaim claim) {}
}
