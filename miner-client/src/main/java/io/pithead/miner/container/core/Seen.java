package io.pithead.miner.container.core;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A container as the engine shows it.
 *
 * @param exitCode of the run that ended last; meaningless before the first end
 * @param outOfMemory the kernel ended it for its memory
 */
public record Seen(
        String id,
        State state,
        int exitCode,
        boolean outOfMemory,
        String error,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {
    /** The engine's words, as far as they matter here. */
    public enum State {
        CREATED,
        RUNNING,
        PAUSED,
        EXITED,
        /** Neither there nor gone: being removed, or half dead. */
        LEAVING
    }
}
