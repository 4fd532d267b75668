package io.pithead.protocol.job;

import io.pithead.protocol.json.Checks;
import org.jspecify.annotations.Nullable;

/** What one attempt may use, in MiB, milliseconds of CPU and seconds of wall time. */
public record JobLimits(
        @Nullable Long vramMb,
        @Nullable Long ramMb,
        @Nullable Long cpuMs,
        @Nullable Long maxRuntimeS) {
    static final long MAX_MB = 1L << 40;
    /** A day, for a job that is submitted as one: longer work is a container task. */
    public static final long MAX_RUNTIME_S = 24L * 3600;
    /** A task's container may run for a year. */
    static final long LONGEST_RUNTIME_S = 366L * 24 * 3600;

    public static final JobLimits NONE = new JobLimits(null, null, null, null);

    public JobLimits {
        new Checks()
                .range("vram_mb", vramMb, 0, MAX_MB)
                .range("ram_mb", ramMb, 1, MAX_MB)
                .range("cpu_ms", cpuMs, 1, MAX_RUNTIME_S * 1_000 * 1_024)
                .range("max_runtime_s", maxRuntimeS, 1, LONGEST_RUNTIME_S)
                .done();
    }
}
