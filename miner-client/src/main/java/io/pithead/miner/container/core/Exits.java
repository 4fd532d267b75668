package io.pithead.miner.container.core;

import java.util.Set;

/** What an end means. */
public final class Exits {
    /** 128 and the number of the signal with which an engine that stops ends what runs, and its own mark for a lost end. */
    private static final Set<Integer> OF_A_STOPPED_ENGINE = Set.of(128 + 15, 128 + 9, 255);

    private Exits() {}

    static Problem problem(Seen end) {
        if (end.outOfMemory()) {
            return Problem.fatal("OOM_KILLED", "it needed more memory than it may use");
        }
        String why = end.error().isBlank() ? "" : ": " + end.error();
        return Problem.passing("EXIT_" + end.exitCode(), "the container ended with code " + end.exitCode() + why);
    }

    /** Whether a container that ended unseen probably ended because its engine or its machine did. */
    public static boolean looksLikeAStoppedEngine(Seen end) {
        return !end.outOfMemory() && OF_A_STOPPED_ENGINE.contains(end.exitCode());
    }
}
