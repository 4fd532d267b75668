package io.pithead.miner.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.agent.core.Timeline;
import io.pithead.miner.container.core.Problem;
import io.pithead.miner.container.core.Seen;
import io.pithead.miner.log.LogRing;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Mode;
import io.pithead.protocol.signing.Digests;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is told of a container that has ended. */
final class ContainerResult {
    private static final int TAIL = 4 * 1024;
    private static final int TAIL_LINES = 8;
    private static final int MAX_MESSAGE = 1_500;
    /** Time, stream and mark. */
    private static final int CRI_FIELDS = 4;

    private ContainerResult() {}

    /** The output of a container's job; its digest is what the receipt vouches for. */
    record Document(
            int exitCode,
            @Nullable String imageDigest,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            int restarts) {}

    static Proof proof(HeldContainer held, Seen end, ContainerUse use, Mode mode, Optional<Timeline> timeline) {
        Instant started = held.startedAt();
        Instant finished = end.finishedAt();
        String output = Json.text(new Document(end.exitCode(), held.imageDigest(), started, finished, held.restarts()));
        boolean ordered = started != null && finished != null && !finished.isBefore(started);
        return new Proof(
                held.job(),
                mode,
                Digests.sha256Hex(output.getBytes(StandardCharsets.UTF_8)),
                metrics(started, finished, use),
                held.lease(),
                Json.toTree(output),
                List.of(),
                ordered ? server(started, timeline) : null,
                ordered ? server(finished, timeline) : null,
                null,
                null);
    }

    private static Map<String, JsonNode> metrics(
            @Nullable Instant started, @Nullable Instant finished, ContainerUse use) {
        var metrics = new HashMap<String, JsonNode>();
        if (started != null && finished != null) {
            long wall = Duration.between(started, finished).toMillis();
            metrics.put("wall_ms", Json.toTree(Math.max(0, wall)));
        }
        use.cpuMs().ifPresent(ms -> metrics.put("cpu_ms", Json.toTree(ms)));
        use.peakMb().ifPresent(mb -> metrics.put("peak_memory_mb", Json.toTree(mb)));
        return metrics;
    }

    private static @Nullable Instant server(@Nullable Instant local, Optional<Timeline> timeline) {
        return local == null ? null : timeline.map(line -> line.server(local)).orElse(local);
    }

    static Failure failure(HeldContainer held, Problem problem, LogRing log) {
        String words = lastWords(log);
        String message = problem.message() + (words.isEmpty() ? "" : " | " + words);
        String cut = message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message;
        return new Failure(held.job(), held.lease(), problem.code(), cut, problem.retryable());
    }

    /** The last lines, without times. */
    static String lastWords(LogRing log) {
        String tail = new String(log.tail(TAIL), StandardCharsets.UTF_8);
        List<String> lines = tail.lines()
                .map(line -> line.split(" ", CRI_FIELDS))
                .filter(fields -> fields.length == CRI_FIELDS)
                .map(fields ->
                        fields[CRI_FIELDS - 1].replaceAll("\\p{Cntrl}", " ").strip())
                .filter(line -> !line.isEmpty())
                .toList();
        return lines.stream().skip(Math.max(0, lines.size() - TAIL_LINES)).collect(Collectors.joining(" | "));
    }
}
