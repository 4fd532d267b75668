package io.pithead.protocol.job;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job whose providers do not agree, for validators to do once more. What others answered and found is told to who has a finding of its own.
 *
 * @param request JSON with {@code workload}, {@code params} or {@code payload}, and {@code limits}; a finding's evidence is its digest
 */
public record RefereeCase(
        UUID id,
        String request,
        Instant openedAt,
        Instant until,
        @Nullable Instant decidedAt,
        @Nullable Finding finding,
        @Nullable List<Answer> answers,
        @Nullable List<Finding> findings) {
    public RefereeCase {
        answers = answers == null ? null : List.copyOf(answers);
        findings = findings == null ? null : List.copyOf(findings);
    }

    /** @param claim what its node signed of it, where it did */
    public record Answer(
            int number, String outputSha, @Nullable ProofClaim claim) {}
}
