package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What there is of an answer when it is judged, and when it came by the validator's clock. A node that was silent has none of it.
 */
public record Answers(
        @Nullable Commitment commitment,
        @Nullable Instant committedAt,
        @Nullable Question question,
        @Nullable Opening opening,
        @Nullable Instant openedAt) {
    public static final Answers NONE = new Answers(null, null, null, null, null);

    /** Until the commitment came. */
    @Nullable
    public Long tookMs(Instant issuedAt) {
        return committedAt == null
                ? null
                : Math.max(0, Duration.between(issuedAt, committedAt).toMillis());
    }
}
