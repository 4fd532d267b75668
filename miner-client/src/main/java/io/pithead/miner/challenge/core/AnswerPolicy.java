package io.pithead.miner.challenge.core;

import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.signing.Address;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether a challenge is answered. The coordinator only carries it: what it says counts as far as the validator signed it. */
public final class AnswerPolicy {
    /** However late a validator lets an answer come, no node works on one longer. */
    static final Duration LONGEST = Duration.ofHours(1);
    /** So long a node that has committed keeps what it would open. */
    static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);

    private AnswerPolicy() {}

    /** Why a challenge is not answered. */
    public enum Refusal {
        /** The owner gives no core to challenges. */
        OFF,
        FOR_ANOTHER_NODE,
        BAD_SIGNATURE,
        /** It takes more memory, a larger file, or more of the line today, than the owner gives. */
        TOO_LARGE,
        TOO_LATE
    }

    /** @param commitBy the challenge's, by the clock of {@code now} */
    public static Optional<Refusal> refusal(
            Challenge challenge, Address node, Share share, Instant commitBy, Instant now) {
        if (share.isOff()) {
            return Optional.of(Refusal.OFF);
        }
        if (!node.text().equals(challenge.node())) {
            return Optional.of(Refusal.FOR_ANOTHER_NODE);
        }
        if (!challenge.isSignedBy(challenge.chain(), challenge.validator())) {
            return Optional.of(Refusal.BAD_SIGNATURE);
        }
        if (!share.hasRoomFor(challenge)) {
            return Optional.of(Refusal.TOO_LARGE);
        }
        return now.isBefore(commitBy) ? Optional.empty() : Optional.of(Refusal.TOO_LATE);
    }

    /** When working on something that is due then is given up. */
    public static Instant until(Instant due, Instant now) {
        Instant latest = now.plus(LONGEST);
        return due.isBefore(latest) ? due : latest;
    }

    /** When a node that has committed lets go of what it was not asked for. */
    public static Instant silentUntil(Instant commitBy, Instant now) {
        return until(commitBy, now).plus(LONGEST_SILENCE);
    }

    /** Whether it is the challenge's own validator that asks, and about this commitment. */
    public static boolean isOf(Challenge challenge, Commitment commitment, Question question) {
        return question.challenge().equals(challenge.id())
                && question.commitment().equals(commitment.digest())
                && question.isSignedBy(challenge.chain(), challenge.validator());
    }
}
