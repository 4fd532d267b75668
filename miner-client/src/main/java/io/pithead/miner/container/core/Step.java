package io.pithead.miner.container.core;

import java.time.Duration;

/** What to do next with a container. */
public sealed interface Step {
    /** Nothing but to watch it. */
    record Watch() implements Step {}

    record Create() implements Step {}

    /** @param counted whether it is a start again by the restart policy */
    record Start(boolean counted) implements Step {}

    /** Wait for the restart policy's time. */
    record WaitToRestart(Duration delay) implements Step {}

    record Pause() implements Step {}

    record Resume() implements Step {}

    /** Stop it, so that it can be started again. */
    record StopToRestart() implements Step {}

    /** It ended well. */
    record Complete() implements Step {}

    record Fail(Problem problem) implements Step {}
}
