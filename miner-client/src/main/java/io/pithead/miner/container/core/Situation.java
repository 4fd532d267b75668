package io.pithead.miner.container.core;

import io.pithead.protocol.task.RestartPolicy;
import java.time.Duration;
import java.util.Optional;

/**
 * What the miner knows of a container apart from what the engine shows.
 *
 * @param paused the buyer wants it paused
 * @param restartWanted an order to restart that was not carried out yet
 * @param restarts starts again by the policy so far
 * @param started whether it ran before
 * @param endedByEngine the engine was away since it was last seen running, so its end is not the program's
 * @param sinceExit time since its end was seen
 */
public record Situation(
        RestartPolicy policy,
        boolean paused,
        boolean restartWanted,
        int restarts,
        boolean started,
        boolean endedByEngine,
        Duration sinceExit) {

    /** @param seen empty when the engine has no such container */
    public Step next(Optional<Seen> seen) {
        if (seen.isEmpty()) {
            return started
                    ? new Step.Fail(Problem.passing(
                            "CONTAINER_LOST", "the container was removed by somebody else on this node"))
                    : new Step.Create();
        }
        return switch (seen.get().state()) {
            case CREATED -> new Step.Start(false);
            case RUNNING -> ofRunning();
            case PAUSED -> ofPaused();
            case EXITED -> ofExited(seen.get());
            case LEAVING -> new Step.Watch();
        };
    }

    private Step ofRunning() {
        if (restartWanted) {
            return new Step.StopToRestart();
        }
        return paused ? new Step.Pause() : new Step.Watch();
    }

    private Step ofPaused() {
        if (restartWanted || !paused) {
            return new Step.Resume();
        }
        return new Step.Watch();
    }

    private Step ofExited(Seen end) {
        if (restartWanted || endedByEngine) {
            return new Step.Start(false);
        }
        if (!Restarts.again(policy, end.exitCode(), restarts)) {
            return end.exitCode() == 0 && !end.outOfMemory() ? new Step.Complete() : new Step.Fail(Exits.problem(end));
        }
        Duration left = Restarts.delay(policy, restarts).minus(sinceExit);
        return left.isPositive() ? new Step.WaitToRestart(left) : new Step.Start(true);
    }
}
