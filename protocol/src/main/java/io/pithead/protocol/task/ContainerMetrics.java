package io.pithead.protocol.task;

import io.pithead.protocol.json.Checks;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a container uses; goes with the heartbeat that lists its job. A claim of its miner, shown and never paid by; a figure
 * that the engine does not give is absent.
 *
 * @param cpuMs of all its starts together
 * @param networkRxBytes since its last start, as the rest
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
        @Nullable Map<String, Double> reported) {
    public static final int MAX_REPORTED = 32;
    public static final String FIGURE = "must be a name of up to 64 letters, digits and _./:- with a finite number";
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_./:-]{0,63}");
    public static final ContainerMetrics NONE = new ContainerMetrics(null, null, null, null, null, null, null, null);

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
                null);
    }

    /** The same with what the container says of itself. */
    public ContainerMetrics with(Map<String, Double> own) {
        return new ContainerMetrics(
                cpuMs,
                memoryBytes,
                memoryLimitBytes,
                networkRxBytes,
                networkTxBytes,
                blockReadBytes,
                blockWriteBytes,
                pids,
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
                .that(
                        "reported",
                        reported == null || reported.size() <= MAX_REPORTED,
                        "must have at most " + MAX_REPORTED + " members");
        if (reported != null) {
            reported.forEach(
                    (name, value) -> checks.that("reported/" + Checks.escaped(name), isFigure(name, value), FIGURE));
        }
        checks.done();
        reported = reported == null ? null : Map.copyOf(reported);
    }

    /** Under such a name a container may report such a value. */
    public static boolean isFigure(String name, @Nullable Double value) {
        return NAME.matcher(name).matches() && value != null && Double.isFinite(value);
    }
}
