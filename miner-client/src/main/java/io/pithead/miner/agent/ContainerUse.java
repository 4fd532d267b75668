package io.pithead.miner.agent;

import io.pithead.miner.container.Engine;
import io.pithead.miner.container.EngineException;
import io.pithead.miner.hardware.GpuWatch;
import io.pithead.protocol.task.ContainerMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a container has used, as far as it was looked at. */
final class ContainerUse {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final Engine engine;
    private final GpuWatch gpuWatch;
    private Instant due = Instant.EPOCH;
    private boolean looked;
    private volatile @Nullable ContainerMetrics latest;
    private long earlierRunsNanos;
    private long thisRunNanos;
    private long peakBytes;

    ContainerUse(Engine engine, GpuWatch gpuWatch) {
        this.engine = engine;
        this.gpuWatch = gpuWatch;
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

    /** As it was last seen running, and what its GPUs do; from any thread, and waits for nothing. */
    Optional<ContainerMetrics> latest(List<String> gpus) {
        Optional<ContainerMetrics> seen = Optional.ofNullable(latest);
        List<ContainerMetrics.Gpu> use = gpuWatch.of(gpus);
        return use.isEmpty()
                ? seen
                : Optional.of(seen.orElse(ContainerMetrics.NONE).with(use));
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
