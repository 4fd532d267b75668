package io.pithead.miner.agent;

import io.pithead.miner.agent.core.JobLimitPolicy;
import io.pithead.miner.workload.ChildJob;
import io.pithead.miner.workload.ChildSettings;
import io.pithead.miner.workload.Workload;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Runs the smallest job of a workload in a child process: only what has just run here is offered. */
public final class Prober {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long RAM_MB = 4_096;
    private static final long CPU_MS = 240_000;
    private static final long OUTPUT_MB = 16;
    private static final int MAX_REASON = 300;

    private final Path scratch;
    private final ChildSettings children;

    /** @param scratch a folder of ours for what the probes write */
    public Prober(Path scratch, ChildSettings children) {
        this.scratch = scratch;
        this.children = children;
    }

    /** Whether the workload runs here and, when not, why. */
    public record Finding(String workload, boolean runs, String reason) {}

    public Finding probe(Workload workload) throws InterruptedException {
        Path folder = scratch;
        try {
            folder = Files.createTempDirectory(Files.createDirectories(scratch), "probe-");
            return probe(workload, folder);
        } catch (IOException e) {
            return failed(workload, "the work folder: " + e);
        } finally {
            remove(folder);
        }
    }

    private Finding probe(Workload workload, Path folder) throws IOException, InterruptedException {
        var assignment = new ChildJob.Assignment(workload.name(), workload.probe(), children.mode());
        Files.write(folder.resolve(ChildJob.JOB_FILE), Json.write(assignment));
        var child = ChildProcess.start(children, workload, folder, percent -> {}, line -> {});
        ChildProcess.Ended ended = child.await(new JobLimitPolicy(LIMIT, RAM_MB, CPU_MS, OUTPUT_MB));
        if (ended.breach().isPresent()) {
            return failed(workload, ended.breach().get().message());
        }
        if (ended.result().isEmpty()) {
            return failed(workload, "the process ended with code " + ended.exitCode() + ": " + ended.complaints());
        }
        ChildJob.Problem problem = ended.result().get().error();
        return problem == null
                ? new Finding(workload.name(), true, "")
                : failed(workload, problem.code() + ": " + problem.message());
    }

    private static Finding failed(Workload workload, String reason) {
        String cut = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason;
        return new Finding(workload.name(), false, cut);
    }

    private void remove(Path folder) {
        try {
            if (!folder.equals(scratch)) {
                Disk.deleteTree(folder);
            }
        } catch (IOException e) {
            // a later probe makes its own folder, and the cache is cleared by hand if ever
        }
    }
}
