package io.pithead.miner.challenge;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What came of a node's challenges since the miner's start.
 *
 * @param refused those that its owner or its own checks would not have answered
 * @param failed those that it took and could not answer
 */
public record ChallengesView(
        long answered,
        long refused,
        long failed,
        @Nullable Running running,
        @Nullable Last last) {
    public static final ChallengesView NONE = new ChallengesView(0, 0, 0, null, null);

    /** How far the one in work is. */
    public enum Stage {
        PROVING,
        COMMITTING,
        WAITING,
        OPENING
    }

    /** @param percent of the multiplication */
    public record Running(UUID id, int size, Stage stage, int percent) {
        static final int DONE = 100;
    }

    /** What came of one. */
    public enum Outcome {
        ANSWERED,
        REFUSED,
        FAILED
    }

    /** @param why absent for an answered one */
    public record Last(UUID id, Outcome outcome, @Nullable String why, Instant at) {}

    ChallengesView with(Running now) {
        return new ChallengesView(answered, refused, failed, now, last);
    }

    ChallengesView with(Last of) {
        return new ChallengesView(
                answered + (of.outcome() == Outcome.ANSWERED ? 1 : 0),
                refused + (of.outcome() == Outcome.REFUSED ? 1 : 0),
                failed + (of.outcome() == Outcome.FAILED ? 1 : 0),
                null,
                of);
    }
}
