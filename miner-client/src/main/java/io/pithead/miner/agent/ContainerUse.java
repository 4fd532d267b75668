package io.pithead.miner.agent;

import io.pithead.miner.container.Engine;
import io.pithead.miner.container.EngineException;
import io.pithead.protocol.task.ContainerMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a container has used, as far as it was looked at. */
final class ContainerUse {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final Engine engine;
    private Instant due = Instant.EPOCH;
    private boolean looked;
    private volatile @Nullable ContainerMetrics latest;
    private long earlierRunsNanos;
    private long thisRunNanos;
    private long peakBytes;

    ContainerUse(Engine engine) {
        this.engine = engine;
    }

    /** The engine counts from zero with each start. */
    void started(Instant now) {
        earlierRunsNanos += thisRunNanos;
        thisRunNanos = 0;
        due = now.plus(FIRST);
    }

    void look(String id, Instant now) throws EngineException, InterruptedException {
        if (now.isBefore(due)) {
            return;
        }
        due = now.plus(EVERY);
        engine.usage(id).ifPresent(usage -> {
            looked = true;
            Long cpu = usage.cpuNanos();
            Long memory = usage.memoryBytes();
            thisRunNanos = cpu == null ? thisRunNanos : Math.max(thisRunNanos, cpu);
            peakBytes = memory == null ? peakBytes : Math.max(peakBytes, memory);
            latest = metrics(usage);
        });
    }

    /** As it was last seen running; from any thread. */
    Optional<ContainerMetrics> latest() {
        return Optional.ofNullable(latest);
    }

    private ContainerMetrics metrics(Engine.Usage usage) {
        return new ContainerMetrics(
                usage.cpuNanos() == null ? null : (earlierRunsNanos + thisRunNanos) / 1_000_000,
                usage.memoryBytes(),
                usage.memoryLimitBytes(),
                usage.receivedBytes(),
                usage.sentBytes(),
                usage.readBytes(),
                usage.writtenBytes(),
                usage.pids());
    }

    OptionalLong cpuMs() {
        return looked ? OptionalLong.of((earlierRunsNanos + thisRunNanos) / 1_000_000) : OptionalLong.empty();
    }

    OptionalLong peakMb() {
        return looked && peakBytes > 0 ? OptionalLong.of(Math.ceilDiv(peakBytes, 1L << 20)) : OptionalLong.empty();
    }
}
