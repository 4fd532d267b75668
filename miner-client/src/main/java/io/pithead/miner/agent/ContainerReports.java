package io.pithead.miner.agent;

import io.pithead.miner.container.core.PullProgress;
import io.pithead.miner.container.core.Seen;
import io.pithead.protocol.task.ContainerReport;
import io.pithead.protocol.task.ContainerState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the coordinator is told of a container: kept here by its thread, taken by the agent's calls. */
final class ContainerReports {
    private static final int MAX_REASON = 500;
    private final Runnable changed;
    private volatile ContainerReport current =
            new ContainerReport(ContainerState.PENDING, 0L, null, null, null, null, null, null, 0, null);
    private volatile Instant toldPull = Instant.EPOCH;
    private boolean seen;
    private long restartedFor;

    /** @param changed is called when there is something new to tell */
    ContainerReports(Runnable changed) {
        this.changed = changed;
    }

    ContainerReport current() {
        return current;
    }

    /** Whether nothing was seen of the container since the miner started. */
    boolean isNew() {
        return !seen;
    }

    void restarted(long generation) {
        restartedFor = generation;
    }

    boolean restartedFor(long generation) {
        return restartedFor == generation;
    }

    static @Nullable String why(Optional<Seen> seen) {
        return seen.map(end -> end.outOfMemory() ? "out of memory" : "ended with code " + end.exitCode())
                .orElse(null);
    }

    void tell(ContainerState state, HeldContainer held, Optional<Seen> container, @Nullable String reason) {
        seen |= container.isPresent();
        boolean restarting = state == ContainerState.RESTARTING;
        tell(new ContainerReport(
                state,
                held.generation(),
                null,
                null,
                held.imageDigest(),
                container.map(Seen::id).orElse(held.containerId()),
                restarting ? container.map(Seen::exitCode).orElse(null) : null,
                plain(reason),
                held.restarts(),
                container.map(Seen::startedAt).orElse(held.startedAt())));
    }

    void pulling(PullProgress progress, Instant now, Duration every) {
        if (now.isBefore(toldPull.plus(every))) {
            return;
        }
        toldPull = now;
        long generation = current.generation() == null ? 0 : current.generation();
        tell(new ContainerReport(
                ContainerState.PULLING,
                generation,
                progress.bytes(),
                progress.total(),
                null,
                null,
                null,
                null,
                0,
                null));
    }

    private void tell(ContainerReport report) {
        if (!report.equals(current)) {
            current = report;
            changed.run();
        }
    }

    private static @Nullable String plain(@Nullable String reason) {
        if (reason == null || reason.isBlank()) {
            return null;
        }
        String clean = reason.replaceAll("\\p{Cntrl}", " ");
        return clean.length() > MAX_REASON ? clean.substring(0, MAX_REASON) : clean;
    }
}
