package io.pithead.protocol.task;

import io.pithead.protocol.json.Checks;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a container uses; goes with the heartbeat that lists its job. A claim of its miner, shown and never paid by; a figure
 * that the engine does not give is absent.
 *
 * @param cpuMs of all its starts together
 * @param networkRxBytes since its last start, as the rest
 * @param gpus that it has, each as it is now
 * @param reported what the container says of itself: numbers under names of its own
 */
public record ContainerMetrics(
        @Nullable Long cpuMs,
        @Nullable Long memoryBytes,
        @Nullable Long memoryLimitBytes,
        @Nullable Long networkRxBytes,
        @Nullable Long networkTxBytes,
        @Nullable Long blockReadBytes,
        @Nullable Long blockWriteBytes,
        @Nullable Long pids,
        @Nullable List<Gpu> gpus,
        @Nullable Map<String, Double> reported) {
    public static final int MAX_REPORTED = 32;
    public static final String FIGURE = "must be a name of up to 64 letters, digits and _./:- with a finite number";
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_./:-]{0,63}");
    public static final ContainerMetrics NONE = new ContainerMetrics(null, null, null, null, null, null, null, null);

    /**
     * What a whole GPU does, whoever uses it; a figure that its driver does not give is absent.
     *
     * @param uuid as its driver names it, inside the container too
     */
    public record Gpu(
            String uuid,
            @Nullable Integer utilizationPercent,
            @Nullable Long memoryUsedMb,
            @Nullable Double powerW,
            @Nullable Integer temperatureC) {
        static final int MAX_UUID = 200;
        public static final long MAX_MEMORY_MB = Resources.MAX_MB;
        public static final int MAX_POWER_W = 100_000;
        public static final int MAX_TEMPERATURE_C = 1_000;

        public Gpu {
            new Checks()
                    .present("uuid", uuid)
                    .text("uuid", uuid, MAX_UUID)
                    .range("utilization_percent", utilizationPercent, 0, 100)
                    .range("memory_used_mb", memoryUsedMb, 0, MAX_MEMORY_MB)
                    .that(
                            "power_w",
                            powerW == null || (powerW >= 0 && powerW <= MAX_POWER_W),
                            "must be from 0 to " + MAX_POWER_W)
                    .range("temperature_c", temperatureC, 0, MAX_TEMPERATURE_C)
                    .done();
        }
    }

    public ContainerMetrics(
            @Nullable Long cpuMs,
            @Nullable Long memoryBytes,
            @Nullable Long memoryLimitBytes,
            @Nullable Long networkRxBytes,
            @Nullable Long networkTxBytes,
            @Nullable Long blockReadBytes,
            @Nullable Long blockWriteBytes,
            @Nullable Long pids) {
        this(
                cpuMs,
                memoryBytes,
                memoryLimitBytes,
                networkRxBytes,
                networkTxBytes,
                blockReadBytes,
                blockWriteBytes,
                pids,
                null,
                null);
    }

    /** The same with the GPUs that the container has. */
    public ContainerMetrics with(List<Gpu> its) {
        return with(its, reported);
    }

    /** The same with what the container says of itself. */
    public ContainerMetrics with(Map<String, Double> own) {
        return with(gpus, own);
    }

    private ContainerMetrics with(@Nullable List<Gpu> its, @Nullable Map<String, Double> own) {
        return new ContainerMetrics(
                cpuMs,
                memoryBytes,
                memoryLimitBytes,
                networkRxBytes,
                networkTxBytes,
                blockReadBytes,
                blockWriteBytes,
                pids,
                its,
                own);
    }

    public ContainerMetrics {
        var checks = new Checks()
                .range("cpu_ms", cpuMs, 0, Long.MAX_VALUE)
                .range("memory_bytes", memoryBytes, 0, Long.MAX_VALUE)
                .range("memory_limit_bytes", memoryLimitBytes, 0, Long.MAX_VALUE)
                .range("network_rx_bytes", networkRxBytes, 0, Long.MAX_VALUE)
                .range("network_tx_bytes", networkTxBytes, 0, Long.MAX_VALUE)
                .range("block_read_bytes", blockReadBytes, 0, Long.MAX_VALUE)
                .range("block_write_bytes", blockWriteBytes, 0, Long.MAX_VALUE)
                .range("pids", pids, 0, Long.MAX_VALUE)
                .size("gpus", gpus, Resources.MAX_GPUS)
                .that("gpus", gpus == null || isEachOnce(gpus), "must name each GPU once")
                .that(
                        "reported",
                        reported == null || reported.size() <= MAX_REPORTED,
                        "must have at most " + MAX_REPORTED + " members");
        if (reported != null) {
            reported.forEach(
                    (name, value) -> checks.that("reported/" + Checks.escaped(name), isFigure(name, value), FIGURE));
        }
        checks.done();
        gpus = gpus == null || gpus.isEmpty() ? null : List.copyOf(gpus);
        reported = reported == null ? null : Map.copyOf(reported);
    }

    private static boolean isEachOnce(List<Gpu> gpus) {
        return gpus.stream().map(Gpu::uuid).distinct().count() == gpus.size();
    }

    /** Under such a name a container may report such a value. */
    public static boolean isFigure(String name, @Nullable Double value) {
        return NAME.matcher(name).matches() && value != null && Double.isFinite(value);
    }
}
