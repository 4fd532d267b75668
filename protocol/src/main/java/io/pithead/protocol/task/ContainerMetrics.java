package io.pithead.protocol.task;

import io.pithead.protocol.json.Checks;
import org.jspecify.annotations.Nullable;

/**
 * What a container uses; goes with the heartbeat that lists its job. A claim of its miner, shown and never paid by; a figure
 * that the engine does not give is absent.
 *
 * @param cpuMs of all its starts together
 * @param networkRxBytes since its last start, as the rest
 */
public record ContainerMetrics(
        @Nullable Long cpuMs,
        @Nullable Long memoryBytes,
        @Nullable Long memoryLimitBytes,
        @Nullable Long networkRxBytes,
        @Nullable Long networkTxBytes,
        @Nullable Long blockReadBytes,
        @Nullable Long blockWriteBytes,
        @Nullable Long pids) {
    public ContainerMetrics {
        new Checks()
                .range("cpu_ms", cpuMs, 0, Long.MAX_VALUE)
                .range("memory_bytes", memoryBytes, 0, Long.MAX_VALUE)
                .range("memory_limit_bytes", memoryLimitBytes, 0, Long.MAX_VALUE)
                .range("network_rx_bytes", networkRxBytes, 0, Long.MAX_VALUE)
                .range("network_tx_bytes", networkTxBytes, 0, Long.MAX_VALUE)
                .range("block_read_bytes", blockReadBytes, 0, Long.MAX_VALUE)
                .range("block_write_bytes", blockWriteBytes, 0, Long.MAX_VALUE)
                .range("pids", pids, 0, Long.MAX_VALUE)
                .done();
    }
}
