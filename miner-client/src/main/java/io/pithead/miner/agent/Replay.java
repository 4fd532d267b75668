package io.pithead.miner.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.agent.core.JobLimitPolicy;
import io.pithead.miner.api.Artifacts;
import io.pithead.miner.workload.ChildJob;
import io.pithead.miner.workload.ChildSettings;
import io.pithead.miner.workload.Workload;
import io.pithead.miner.workload.Workloads;
import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job done once more, only to know its output. It runs the miner's own code on somebody else's parameters, in a process as every job's, and
 * nothing of it stays.
 */
public final class Replay {
    private static final int MAX_MESSAGE = 500;

    private Replay() {}

    /** What of a job says what its output is. */
    public record Request(
            String workload,
            @Nullable JsonNode params,
            @Nullable JsonNode payload,
            @Nullable JobLimits limits) {
        JsonNode given() {
            if (params != null) {
                return params;
            }
            return payload == null ? Json.toTree(Map.of()) : payload;
        }
    }

    /** Either the output's digest, or why there is none. */
    public record Outcome(
            @Nullable String outputSha,
            @Nullable Long outputBytes,
            @Nullable Long wallMs,
            ChildJob.@Nullable Problem error) {
        public static Outcome failed(String code, String message) {
            String cut = message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message;
            return new Outcome(null, null, null, new ChildJob.Problem(code, cut, true));
        }
    }

    /** @param folder an empty one of the caller's, who removes it */
    public static Outcome run(Request request, ChildSettings children, JobLimitPolicy limits, Path folder)
            throws IOException, InterruptedException {
        Workload workload = Workloads.named(request.workload()).orElse(null);
        if (workload == null) {
            return Outcome.failed("UNKNOWN_WORKLOAD", "this miner does not know " + request.workload());
        }
        var assignment = new ChildJob.Assignment(workload.name(), request.given(), children.mode());
        Files.write(folder.resolve(ChildJob.JOB_FILE), Json.write(assignment));
        Files.createDirectories(folder.resolve(ChildJob.INPUT_DIR));
        ChildProcess.Ended ended = ChildProcess.start(children, workload, folder, percent -> {}, line -> {})
                .await(limits);
        if (ended.breach().isPresent()) {
            return Outcome.failed(
                    ended.breach().get().code(), ended.breach().get().message());
        }
        if (ended.result().isEmpty()) {
            return Outcome.failed("CRASHED", "the process ended with code " + ended.exitCode());
        }
        ChildJob.Problem problem = ended.result().get().error();
        if (problem != null) {
            return Outcome.failed(problem.code(), problem.message());
        }
        Path output = folder.resolve(ChildJob.OUTPUT_FILE);
        return new Outcome(
                Artifacts.digest(output), Files.size(output), ended.wall().toMillis(), null);
    }
}
