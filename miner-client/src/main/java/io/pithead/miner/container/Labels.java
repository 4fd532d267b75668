package io.pithead.miner.container;

import io.pithead.protocol.signing.Digests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** How our containers are known again. */
public final class Labels {
    public static final String TASK = "pithead.task";
    public static final String JOB = "pithead.job";
    public static final String LEASE = "pithead.lease";
    public static final String MINER = "pithead.miner";
    /** On a container that only tries the engine; the value is the miner's. */
    public static final String PROBE = "pithead.probe";
    /** Beside it: the second after which nobody waits for it any more, by the machine's clock. */
    private static final String PROBE_UNTIL = "pithead.probe-until";
    /** On what all miners of an engine share. */
    static final String SHARED = "pithead.shared";

    private static final int HASH = 16;

    private Labels() {}

    /** This miner in this work folder: another one on the same engine is a stranger. */
    public static String miner(String minerId, Path workDir) {
        String path = workDir.toAbsolutePath().normalize().toString();
        return minerId + "@"
                + Digests.sha256Hex(path.getBytes(StandardCharsets.UTF_8)).substring(0, HASH);
    }

    public static Map<String, String> of(String miner, UUID task, UUID job, long lease) {
        return Map.of(MINER, miner, TASK, task.toString(), JOB, job.toString(), LEASE, Long.toString(lease));
    }

    public static String name(UUID task, UUID job) {
        return "pithead-" + task + "-" + job;
    }

    /** Of a container that only tries the engine: a check beside a running miner knows by it what that one still waits for. */
    public static Map<String, String> ofProbe(String miner, Instant until) {
        return Map.of(PROBE, miner, PROBE_UNTIL, Long.toString(until.getEpochSecond()));
    }

    /** Whether a probe's maker is gone. */
    public static boolean isLeft(Map<String, String> probe, Instant now) {
        try {
            return now.getEpochSecond() > Long.parseLong(probe.getOrDefault(PROBE_UNTIL, "0"));
        } catch (NumberFormatException e) {
            return true;
        }
    }

    /** The job and lease that a container's labels name. */
    public static Optional<Map.Entry<UUID, Long>> attempt(Map<String, String> labels) {
        try {
            return Optional.of(Map.entry(
                    UUID.fromString(labels.getOrDefault(JOB, "")), Long.valueOf(labels.getOrDefault(LEASE, ""))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
