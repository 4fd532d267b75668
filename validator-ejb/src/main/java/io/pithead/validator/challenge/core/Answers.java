package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.ComputeCommitment;
import io.pithead.protocol.challenge.ComputeOpening;
import io.pithead.protocol.challenge.ComputeQuestion;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What there is of an answer when it is judged, and when it came by the validator's clock. A node that was silent has none of it.
 */
public record Answers(
        @Nullable ComputeCommitment commitment,
        @Nullable Instant committedAt,
        @Nullable ComputeQuestion question,
        @Nullable ComputeOpening opening,
        @Nullable Instant openedAt) {
    public static final Answers NONE = new Answers(null, null, null, null, null);
}
