package io.pithead.protocol.challenge;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A challenge and all that was said about it but the opening, which is large and is fetched by itself. Times are those at which the
 * coordinator had the message; a validator goes by its own.
 *
 * @param fetchedAt when the node was first shown it, and could begin
 * @param begunAt when a stream first began to flow
 * @param toldAt when the node was first shown what it is asked for of a stream
 */
public record ChallengeView(
        UUID id,
        ChallengeState state,
        Challenge challenge,
        @Nullable Instant fetchedAt,
        @Nullable Commitment commitment,
        @Nullable Instant committedAt,
        @Nullable Question question,
        @Nullable Instant openedAt,
        @Nullable Attestation attestation,
        @Nullable Instant begunAt,
        @Nullable Instant toldAt) {}
