package io.pithead.protocol.node;

import io.pithead.protocol.json.Checks;
import org.jspecify.annotations.Nullable;

/** What one machine has to give, in MiB and seconds; an absent figure is unknown, not zero. */
public record NodeLimits(
        @Nullable Long vramMb,
        @Nullable Long ramMb,
        @Nullable Long maxRuntimeS,
        @Nullable Long diskMb) {
    static final long MAX_MB = 1L << 40;
    static final long MAX_RUNTIME_S = 366L * 24 * 3600;

    public static final NodeLimits UNKNOWN = new NodeLimits(null, null, null, null);

    public NodeLimits {
        new Checks()
                .range("vram_mb", vramMb, 0, MAX_MB)
                .range("ram_mb", ramMb, 0, MAX_MB)
                .range("max_runtime_s", maxRuntimeS, 1, MAX_RUNTIME_S)
                .range("disk_mb", diskMb, 0, MAX_MB)
                .done();
    }
}
