package io.pithead.miner.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Version;
import io.pithead.miner.container.core.Seen;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the engine says of itself and of containers, in our words. */
final class DockerAnswers {
    private static final int MAX_BYTES = 1024 * 1024;
    private static final long MIB = 1024 * 1024;
    /** What the engine calls each limit that containers must be held to. */
    private static final Map<String, String> LIMITS = new TreeMap<>(Map.of(
            "MemoryLimit", "memory", "SwapLimit", "swap", "CpuCfsQuota", "processors", "PidsLimit", "processes"));

    private DockerAnswers() {}

    static Engine.Facts info(JsonNode info, Version version) {
        return new Engine.Facts(
                text(version.getVersion()),
                info.path("Driver").asText(""),
                text(version.getArch()),
                info.path("NCPU").asInt(1),
                info.path("MemTotal").asLong(0) / MIB,
                info.path("Runtimes").has("nvidia"),
                info.path("CgroupVersion").asText("1"),
                // an engine too old to speak of a limit does not lack it
                LIMITS.entrySet().stream()
                        .filter(limit -> !info.path(limit.getKey()).asBoolean(true))
                        .map(Map.Entry::getValue)
                        .toList(),
                info.path("DockerRootDir").asText(""));
    }

    static Seen seen(InspectContainerResponse container) {
        var state = container.getState();
        Long exitCode = state.getExitCodeLong();
        return new Seen(
                text(container.getId()),
                switch (text(state.getStatus()).toLowerCase(Locale.ROOT)) {
                    case "created" -> Seen.State.CREATED;
                    case "running", "restarting" -> Seen.State.RUNNING;
                    case "paused" -> Seen.State.PAUSED;
                    case "exited", "dead" -> Seen.State.EXITED;
                    default -> Seen.State.LEAVING;
                },
                exitCode == null ? 0 : exitCode.intValue(),
                Boolean.TRUE.equals(state.getOOMKilled()),
                text(state.getError()),
                time(state.getStartedAt()),
                time(state.getFinishedAt()));
    }

    /** The engine writes the year 1 for never. */
    private static @Nullable Instant time(@Nullable String text) {
        if (text == null || text.isEmpty() || text.startsWith("0001-")) {
            return null;
        }
        return OffsetDateTime.parse(text).toInstant();
    }

    static Engine.Listed listed(Container container) {
        String name = container.getNames() == null
                ? ""
                : Arrays.stream(container.getNames()).findFirst().orElse("");
        Map<String, String> labels = container.getLabels();
        return new Engine.Listed(
                text(container.getId()),
                name.startsWith("/") ? name.substring(1) : name,
                labels == null ? Map.of() : labels,
                "running".equals(container.getState()));
    }

    /** Empty when the container does not run. */
    static Optional<Engine.Usage> usage(InputStream body) throws IOException {
        JsonNode stats = json(body);
        JsonNode memory = stats.path("memory_stats");
        if (!memory.path("usage").isNumber()) {
            return Optional.empty();
        }
        // cache that the kernel can drop at once is not what the program needs; its name differs by cgroup version
        JsonNode parts = memory.path("stats");
        long cache = parts.path("total_inactive_file")
                .asLong(parts.path("inactive_file").asLong(0));
        JsonNode blocks = stats.path("blkio_stats").path("io_service_bytes_recursive");
        return Optional.of(new Engine.Usage(
                number(stats.path("cpu_stats").path("cpu_usage").path("total_usage")),
                Math.max(0, memory.path("usage").asLong() - cache),
                number(memory.path("limit")),
                sum(stats.path("networks"), "rx_bytes"),
                sum(stats.path("networks"), "tx_bytes"),
                blocks(blocks, "read"),
                blocks(blocks, "write"),
                number(stats.path("pids_stats").path("current"))));
    }

    private static @Nullable Long number(JsonNode value) {
        return value.isNumber() && value.asLong() >= 0 ? value.asLong() : null;
    }

    /** A container without a network has no figures of it, not zeros. */
    private static @Nullable Long sum(JsonNode networks, String name) {
        if (networks.isEmpty()) {
            return null;
        }
        long sum = 0;
        for (JsonNode network : networks) {
            sum += Math.max(0, network.path(name).asLong(0));
        }
        return sum;
    }

    private static @Nullable Long blocks(JsonNode entries, String operation) {
        if (!entries.isArray()) {
            return null;
        }
        long sum = 0;
        for (JsonNode entry : entries) {
            if (operation.equalsIgnoreCase(entry.path("op").asText())) {
                sum += Math.max(0, entry.path("value").asLong(0));
            }
        }
        return sum;
    }

    /** An answer that is none of the engine's says nothing. */
    static JsonNode json(InputStream body) throws IOException {
        try {
            return Json.tree(body.readNBytes(MAX_BYTES));
        } catch (InvalidPayloadException e) {
            return Json.toTree(List.of());
        }
    }

    static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
