package io.pithead.validator.challenge;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.job.WorkRequest;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Does a job once more, in a program of its own ({@code pithead-miner replay}), which closes the work in. Here only a digest is read of it,
 * so much at most and so long at most, and nothing of this process's surroundings is the program's but where its engine is.
 */
final class Replayer {
    private static final int MAX_ANSWER = 64 * 1024;
    private static final int MAX_REASON = 300;
    /** For the program to begin and to end beside the work. */
    private static final Duration BESIDE = Duration.ofSeconds(60);

    private static final Set<String> KEPT =
            Set.of("PATH", "JAVA_HOME", "DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH");

    private final RefereeTerms terms;
    private final Duration beside;

    Replayer(RefereeTerms terms) {
        this(terms, BESIDE);
    }

    /** @param beside how long the program may take beside the work */
    Replayer(RefereeTerms terms, Duration beside) {
        this.terms = terms;
        this.beside = beside;
    }

    sealed interface Result {}

    record Found(String outputSha) implements Result {}

    record Unable(String reason) implements Result {}

    /** @param limits of the job; of an older case they are in its request */
    Result replay(String request, @Nullable JobLimits limits, Duration limit) throws InterruptedException {
        JsonNode asked;
        try {
            asked = Json.tree(request.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidPayloadException e) {
            return unable("the request is no JSON");
        }
        String workload = asked.path("workload").textValue();
        if (workload == null) {
            return unable("the request names no workload");
        }
        if (!WorkRequest.isExact(workload)) {
            // a coordinator that asks for it all the same would have an honest node look wrong
            return unable("what is right of " + workload + " differs from machine to machine");
        }
        return run(limits == null || asked.has("limits") ? request : limited(request, limits), limit);
    }

    /** As text: a number that is read and written again may look otherwise, and what is done is what is digested. */
    private static String limited(String request, JobLimits limits) {
        int end = request.lastIndexOf('}');
        return request.substring(0, end) + ",\"limits\":" + Json.text(limits) + request.substring(end);
    }

    private Result run(String request, Duration limit) throws InterruptedException {
        var command = new ArrayList<>(terms.command());
        command.addAll(List.of(
                "replay",
                "--config=/dev/null",
                "--in=" + terms.place().name().toLowerCase(Locale.ROOT),
                "--limit=" + Math.max(1, limit.toSeconds())));
        terms.image().ifPresent(image -> command.add("--image=" + image));
        command.add("-");
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        Map<String, String> environment = builder.environment();
        Map<String, String> kept = environment.entrySet().stream()
                .filter(one -> KEPT.contains(one.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        environment.clear();
        environment.putAll(kept);
        try {
            return read(builder.start(), request, limit.plus(beside));
        } catch (IOException e) {
            return unable("the program does not start: " + e.getMessage());
        }
    }

    private static Result read(Process process, String request, Duration patience) throws InterruptedException {
        try {
            var answer = new CompletableFuture<byte[]>();
            Thread.ofVirtual().name("replay-request").start(() -> write(process, request));
            Thread.ofVirtual().name("replay-answer").start(() -> {
                try {
                    answer.complete(process.getInputStream().readNBytes(MAX_ANSWER + 1));
                } catch (IOException e) {
                    answer.completeExceptionally(e);
                }
            });
            return understand(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return unable("the program does not end in " + patience);
        } catch (ExecutionException e) {
            return unable("the program's answer is lost");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static void write(Process process, String request) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(request.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it ended without reading, and says why or nothing
        }
    }

    private static Result understand(byte[] answer) {
        if (answer.length > MAX_ANSWER) {
            return unable("the program says too much");
        }
        try {
            JsonNode said = Json.tree(answer);
            String sha = said.path("output_sha").asText("");
            if (Digests.SHA256_HEX.matcher(sha).matches()) {
                return new Found(sha);
            }
            JsonNode error = said.path("error");
            return unable(error.path("code").asText("no digest") + ": "
                    + error.path("message").asText(""));
        } catch (InvalidPayloadException e) {
            return unable("the program's answer is no JSON");
        }
    }

    private static Unable unable(String reason) {
        String line = reason.replaceAll("\\p{Cntrl}", " ");
        return new Unable(line.substring(0, Math.min(MAX_REASON, line.length())));
    }
}
