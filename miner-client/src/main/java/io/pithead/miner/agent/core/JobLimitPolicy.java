package io.pithead.miner.agent.core;

import io.pithead.protocol.job.JobLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one attempt may use here, and whether it has used more. */
public record JobLimitPolicy(Duration runtime, long ramMb, long cpuMs, long outputMb) {
    /** More than that is not an output but a full disk. */
    static final long MAX_OUTPUT_MB = 1_024;

    private static final long UNBOUNDED = Long.MAX_VALUE;

    /** A limit that was exceeded; the code and message go to the buyer. */
    public record Breach(String code, String message, boolean retryable) {}

    /**
     * @param asked the job's own limits
     * @param deadline on our clock, when the job has one
     * @param longest that this machine's owner lets a job run
     * @param ramShare what this machine gives a job that does not say, in MiB
     */
    public static JobLimitPolicy of(
            JobLimits asked, @Nullable Instant deadline, Instant now, Duration longest, long ramShare) {
        Long seconds = asked.maxRuntimeS();
        Duration runtime = longest;
        if (seconds != null && seconds < longest.toSeconds()) {
            runtime = Duration.ofSeconds(seconds);
        }
        if (deadline != null && deadline.isBefore(now.plus(runtime))) {
            runtime = deadline.isAfter(now) ? Duration.between(now, deadline) : Duration.ZERO;
        }
        Long ram = asked.ramMb();
        Long cpu = asked.cpuMs();
        return new JobLimitPolicy(runtime, ram == null ? ramShare : ram, cpu == null ? UNBOUNDED : cpu, MAX_OUTPUT_MB);
    }

    public Optional<Breach> breach(Duration elapsed, long usedRamMb, long usedCpuMs, long writtenMb) {
        if (elapsed.compareTo(runtime) >= 0) {
            return Optional.of(new Breach("TIME_LIMIT", "it ran longer than " + runtime.toSeconds() + " s", true));
        }
        if (usedRamMb > ramMb) {
            return Optional.of(new Breach("MEMORY_LIMIT", "it used more than " + ramMb + " MiB", false));
        }
        if (usedCpuMs > cpuMs) {
            return Optional.of(new Breach("CPU_LIMIT", "it used more than " + cpuMs + " ms of processor time", false));
        }
        if (writtenMb > outputMb) {
            return Optional.of(new Breach("OUTPUT_LIMIT", "it wrote more than " + outputMb + " MiB", false));
        }
        return Optional.empty();
    }
}
