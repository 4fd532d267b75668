package io.pithead.validator.challenge;

import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Question;
import io.pithead.validator.challenge.core.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A challenge as this validator has it.
 *
 * @param hardware what the node said it is when this was planned
 * @param deadline of what is awaited now
 * @param postedAt when the coordinator is known to have taken the challenge
 * @param committedAt when the commitment was first seen, by this validator's clock
 * @param workedMs from when the node was shown it until it had committed, by the coordinator's clock
 * @param streamKey of a stream, once it is drawn: the question
 * @param openedAt the same of the opening, which lies at the coordinator
 */
record ChallengeRow(
        UUID id,
        String node,
        Stage stage,
        ChallengeKind kind,
        int size,
        int rows,
        @Nullable Integer turns,
        @Nullable String hardware,
        Duration commitWithin,
        Duration openWithin,
        Instant deadline,
        Instant hintedAt,
        @Nullable Challenge challenge,
        @Nullable Instant postedAt,
        @Nullable Commitment commitment,
        @Nullable Instant committedAt,
        @Nullable Long workedMs,
        @Nullable Question question,
        @Nullable Instant openedAt,
        @Nullable String streamKey) {
    /** Of one that was issued. */
    Challenge issued() {
        return Objects.requireNonNull(challenge, "a challenge that was issued has its message");
    }
}
