package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.ChallengeState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a validator does next with a challenge of its own. The coordinator's word moves it on and decides nothing: whatever it
 * says, or if it says nothing, the challenge is over after its deadline.
 */
public final class Progress {
    private Progress() {}

    /** What comes next. */
    public enum Step {
        WAIT,
        /** Make the challenge, or post again what was made. */
        POST,
        /** Make the question, or post again what was made. */
        ASK,
        /** With what there is. */
        JUDGE,
        GIVE_UP
    }

    /**
     * @param seen what the coordinator says; null when it knows of no such challenge, or was not asked
     * @param deadline of what is awaited: to be prepared, to be committed to, to be opened
     */
    public static Step next(Stage stage, @Nullable ChallengeState seen, Instant deadline, Instant now) {
        boolean late = now.isAfter(deadline);
        return switch (stage) {
            case PLANNED -> late ? Step.GIVE_UP : Step.POST;
            case ISSUED -> issued(seen, late);
            case ASKED -> asked(seen, late);
            case JUDGED, GIVEN_UP -> Step.WAIT;
        };
    }

    private static Step issued(@Nullable ChallengeState seen, boolean late) {
        if (seen == null) {
            return late ? Step.GIVE_UP : Step.POST;
        }
        return switch (seen) {
            // asked by a question that this validator does not know of: nothing that follows from it counts
            case OFFERED, ASKED, OPENED -> late ? Step.JUDGE : Step.WAIT;
            case COMMITTED -> late ? Step.JUDGE : Step.ASK;
            case JUDGED, CLOSED -> Step.GIVE_UP;
        };
    }

    private static Step asked(@Nullable ChallengeState seen, boolean late) {
        if (seen == null) {
            return late ? Step.GIVE_UP : Step.WAIT;
        }
        return switch (seen) {
            case OFFERED, ASKED -> late ? Step.JUDGE : Step.WAIT;
            case COMMITTED -> late ? Step.JUDGE : Step.ASK;
            case OPENED -> Step.JUDGE;
            case JUDGED, CLOSED -> Step.GIVE_UP;
        };
    }
}
