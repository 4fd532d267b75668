package io.pithead.coordinator.challenge.core;

import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.challenge.ChallengeView;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Question;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is here of a challenge.
 *
 * @param fetchedAt when the node was first shown it
 * @param opening the digest of what the node opened
 * @param begunAt when a stream first began to flow
 * @param toldAt when the node was first shown what it is asked for of a stream
 */
public record Carried(
        ChallengeState state,
        Challenge challenge,
        @Nullable Instant fetchedAt,
        @Nullable Commitment commitment,
        @Nullable Instant committedAt,
        @Nullable Question question,
        @Nullable String opening,
        @Nullable Instant openedAt,
        @Nullable Attestation attestation,
        @Nullable Instant begunAt,
        @Nullable Instant toldAt) {

    /** Of one without a stream. */
    public Carried(
            ChallengeState state,
            Challenge challenge,
            @Nullable Instant fetchedAt,
            @Nullable Commitment commitment,
            @Nullable Instant committedAt,
            @Nullable Question question,
            @Nullable String opening,
            @Nullable Instant openedAt,
            @Nullable Attestation attestation) {
        this(
                state,
                challenge,
                fetchedAt,
                commitment,
                committedAt,
                question,
                opening,
                openedAt,
                attestation,
                null,
                null);
    }

    public boolean isOver() {
        return state == ChallengeState.JUDGED || state == ChallengeState.CLOSED;
    }

    public ChallengeView view() {
        return new ChallengeView(
                challenge.id(),
                state,
                challenge,
                fetchedAt,
                commitment,
                committedAt,
                question,
                openedAt,
                attestation,
                begunAt,
                toldAt);
    }
}
