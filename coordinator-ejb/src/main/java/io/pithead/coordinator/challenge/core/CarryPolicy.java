package io.pithead.coordinator.challenge.core;

import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.AttestationKind;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeMessage;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which messages are carried: those of the challenge's own parties, each an answer to the one before, in time. What they say is not judged
 * here. A message that is here already is taken again at any time: its sender did not hear the answer.
 */
public final class CarryPolicy {
    /** A node is busy with one challenge at a time: nobody keeps it for longer. */
    public static final Duration MAX_TIME = Duration.ofHours(1);

    private CarryPolicy() {}

    /** Of a challenge that is not here yet. */
    public static Step offer(Challenge challenge, Instant now) {
        if (!challenge.isSignedBy(challenge.chain(), challenge.validator())) {
            return notSigned("validator");
        }
        return deadline("commit_by", challenge.commitBy(), now).orElseGet(() -> new Step.Taken(ChallengeState.OFFERED));
    }

    public static Step commit(Carried carried, Commitment commitment, Instant now) {
        Challenge challenge = carried.challenge();
        if (!commitment.isSignedBy(challenge.chain(), challenge.node())) {
            return notSigned("node");
        }
        return misplaced(challenge, commitment.challenge(), "answers", commitment.answers(), challenge)
                .or(() -> known(carried.commitment(), commitment))
                .or(() -> expected(carried, ChallengeState.OFFERED))
                .or(() -> late(challenge.commitBy(), now))
                .orElseGet(() -> new Step.Taken(ChallengeState.COMMITTED));
    }

    public static Step ask(Carried carried, Question question, Instant now) {
        Challenge challenge = carried.challenge();
        if (!question.isSignedBy(challenge.chain(), challenge.validator())) {
            return notSigned("validator");
        }
        Commitment commitment = carried.commitment();
        if (commitment == null) {
            return unexpected(carried);
        }
        return misplaced(challenge, question.challenge(), "commitment", question.commitment(), commitment)
                .or(() -> known(carried.question(), question))
                .or(() -> expected(carried, ChallengeState.COMMITTED))
                .or(() -> deadline("open_by", question.openBy(), now))
                .orElseGet(() -> new Step.Taken(ChallengeState.ASKED));
    }

    /** Before the opening itself is read, which is large. */
    public static Optional<Step> beforeOpening(Carried carried, Instant now) {
        Question question = carried.question();
        if (question == null) {
            return Optional.of(unexpected(carried));
        }
        // what was opened may come again
        return carried.opening() != null
                ? Optional.empty()
                : expected(carried, ChallengeState.ASKED).or(() -> late(question.openBy(), now));
    }

    public static Step open(Carried carried, Opening opening, Instant now) {
        Challenge challenge = carried.challenge();
        if (!opening.isSignedBy(challenge.chain(), challenge.node())) {
            return notSigned("node");
        }
        Question question = carried.question();
        if (question == null) {
            return unexpected(carried);
        }
        return misplaced(challenge, opening.challenge(), "question", opening.question(), question)
                .or(() -> known(carried.opening(), opening.digest()))
                .or(() -> beforeOpening(carried, now))
                .orElseGet(() -> new Step.Taken(ChallengeState.OPENED));
    }

    /**
     * Also of a challenge that was closed: a validator that was away for long has judged by what it had, and what it signs next names
     * this one.
     *
     * @param newest the digest of the validator's newest attestation that is here
     */
    public static Step attest(Carried carried, Attestation attestation, @Nullable String newest) {
        Challenge challenge = carried.challenge();
        if (!attestation.isSignedBy(challenge.chain(), challenge.validator())) {
            return notSigned("validator");
        }
        return unlike(challenge, attestation)
                .or(() -> known(carried.attestation(), attestation))
                .orElseGet(() -> Objects.equals(attestation.previous(), newest)
                        ? new Step.Taken(ChallengeState.JUDGED)
                        : new Step.Conflict("This does not follow the validator's newest attestation."));
    }

    private static Optional<Step> unlike(Challenge challenge, Attestation attestation) {
        return unequal("challenge", challenge.id(), attestation.challenge())
                .or(() -> unequal("chain", challenge.chain(), attestation.chain()))
                .or(() -> unequal("validator", challenge.validator(), attestation.validator()))
                .or(() -> unequal("node", challenge.node(), attestation.node()))
                .or(() -> unequal("kind", AttestationKind.of(challenge.kind()), attestation.kind()))
                .or(() -> unequal("size", challenge.size(), attestation.size()))
                .or(() -> unequal("rows", challenge.rows(), attestation.rows()));
    }

    private static Optional<Step> unequal(String member, Object challenges, Object attestations) {
        return challenges.equals(attestations)
                ? Optional.empty()
                : Optional.of(new Step.Wrong(member, "must be the challenge's"));
    }

    private static Optional<Step> misplaced(
            Challenge challenge, Object id, String member, String digest, ChallengeMessage answered) {
        return unequal("challenge", challenge.id(), id)
                .or(() -> digest.equals(answered.digest())
                        ? Optional.empty()
                        : Optional.of(new Step.Wrong(member, "must be the digest of the message that it answers")));
    }

    private static Optional<Step> known(@Nullable ChallengeMessage here, ChallengeMessage message) {
        return known(here == null ? null : here.digest(), message.digest());
    }

    /** A party that says two things is heard once. */
    private static Optional<Step> known(@Nullable String here, String digest) {
        if (here == null) {
            return Optional.empty();
        }
        return Optional.of(here.equals(digest) ? new Step.Same() : new Step.Conflict("Another one was taken before."));
    }

    private static Optional<Step> expected(Carried carried, ChallengeState state) {
        return carried.state() == state ? Optional.empty() : Optional.of(unexpected(carried));
    }

    private static Step unexpected(Carried carried) {
        return new Step.Conflict(carried.isOver() ? "The challenge is over." : "It is not this message's turn.");
    }

    private static Optional<Step> late(Instant deadline, Instant now) {
        return deadline.isAfter(now) ? Optional.empty() : Optional.of(new Step.Conflict("It is too late."));
    }

    private static Optional<Step> deadline(String member, Instant deadline, Instant now) {
        return deadline.isAfter(now) && !deadline.isAfter(now.plus(MAX_TIME))
                ? Optional.empty()
                : Optional.of(new Step.Wrong(member, "must be in the future, by an hour at most"));
    }

    private static Step notSigned(String party) {
        return new Step.Wrong("signature", "must be the " + party + "'s over this message");
    }
}
