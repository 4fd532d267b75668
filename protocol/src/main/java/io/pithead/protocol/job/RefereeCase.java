package io.pithead.protocol.job;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job whose providers do not agree, or an answer of a {@link Charge}, for validators to do once more. What others answered and found is told to who has a finding of its own.
 *
 * @param request a {@link WorkRequest}'s text; a finding's evidence is its digest
 * @param limits what it may use, as for its miners
 */
public record RefereeCase(
        UUID id,
        String request,
        @Nullable JobLimits limits,
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
