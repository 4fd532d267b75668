package io.pithead.coordinator.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.coordinator.platform.DataDirectory;
import io.pithead.coordinator.task.core.Topology;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.task.GroupConfiguration;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Settings of container tasks. */
@ApplicationScoped
public class TaskConfig implements ConfigSection {
    private static final int MAX_PER_ACCOUNT = 100_000;
    private static final int MAX_TOPOLOGIES = 64;
    private static final int MAX_FILES_PER_HOUR = 10_000;

    private static final long MAX_BYTES = 1L << 50;

    private int perAccount = 1_000;
    private long maxSnapshotBytes = 16L << 30;
    private long snapshotQuotaBytes = 64L << 30;
    private Duration snapshotRetention = Duration.ofDays(7);
    private long maxFileBytes = 100L << 20;
    private long fileQuotaBytes = 64L << 30;
    private int filesPerHour = 2;
    private Path keyFile = Path.of("task-secrets.key");
    private List<GroupConfiguration> configurations = List.of();
    private List<Topology> topologies = List.of();
    private Duration groupSettle = Duration.ofSeconds(10);
    private Duration groupStart = Duration.ofMinutes(10);

    @Override
    public void read(ConfigReader reader) {
        perAccount = reader.integer("pithead.task.max-per-account", perAccount, 1, MAX_PER_ACCOUNT);
        configurations = reader.parsed(
                "pithead.task.topologies",
                configurations,
                "none",
                "a JSON array of at most " + MAX_TOPOLOGIES
                        + " objects with a name of their own, min_group_size, max_group_size and perhaps compute_requirements",
                TaskConfig::configurations);
        topologies = configurations.stream().map(Topology::of).toList();
        groupSettle = reader.duration("pithead.task.group-settle", groupSettle, Duration.ZERO, Duration.ofMinutes(10));
        groupStart =
                reader.duration("pithead.task.group-start", groupStart, Duration.ofSeconds(30), Duration.ofDays(1));
        maxSnapshotBytes = reader.number("pithead.task.snapshot.max-bytes", maxSnapshotBytes, 0, MAX_BYTES);
        snapshotQuotaBytes = reader.number("pithead.task.snapshot.quota-bytes", snapshotQuotaBytes, 0, MAX_BYTES);
        snapshotRetention = reader.duration(
                "pithead.task.snapshot.retention", snapshotRetention, Duration.ofMinutes(1), Duration.ofDays(365));
        maxFileBytes = reader.number("pithead.task.file.max-bytes", maxFileBytes, 0, MAX_BYTES);
        fileQuotaBytes = reader.number("pithead.task.file.quota-bytes", fileQuotaBytes, 0, MAX_BYTES);
        filesPerHour = reader.integer("pithead.task.file.per-hour", filesPerHour, 1, MAX_FILES_PER_HOUR);
        Path data = DataDirectory.read(reader);
        keyFile = reader.path("pithead.task.key.file", data.resolve("keys").resolve("task-secrets.key"));
    }

    /** Tasks of one account that have not ended. */
    int perAccount() {
        return perAccount;
    }

    /** Of one container. */
    long maxSnapshotBytes() {
        return maxSnapshotBytes;
    }

    /** Of all containers of one account. */
    long snapshotQuotaBytes() {
        return snapshotQuotaBytes;
    }

    /** After the task has ended. */
    Duration snapshotRetention() {
        return snapshotRetention;
    }

    /** Of one that a container brings. */
    long maxFileBytes() {
        return maxFileBytes;
    }

    /** Of all files of one account. */
    long fileQuotaBytes() {
        return fileQuotaBytes;
    }

    /** Of one node for one task. */
    int filesPerHour() {
        return filesPerHour;
    }

    Path keyFile() {
        return keyFile;
    }

    private static Optional<List<GroupConfiguration>> configurations(String text) {
        try {
            var read = new ArrayList<GroupConfiguration>();
            for (JsonNode one : Json.tree(text.getBytes(StandardCharsets.UTF_8))) {
                GroupConfiguration configuration = Json.bind(one, GroupConfiguration.class);
                Topology.of(configuration);
                read.add(configuration);
            }
            long names = read.stream().map(GroupConfiguration::name).distinct().count();
            return read.isEmpty() || read.size() > MAX_TOPOLOGIES || names < read.size()
                    ? Optional.empty()
                    : Optional.of(List.copyOf(read));
        } catch (InvalidPayloadException e) {
            return Optional.empty();
        }
    }

    /** What the groups of tasks may be like, as the operator wrote it. */
    List<GroupConfiguration> configurations() {
        return configurations;
    }

    List<Topology> topologies() {
        return topologies;
    }

    /** How long a group that has enough nodes waits for more. */
    Duration groupSettle() {
        return groupSettle;
    }

    /** How long the nodes of a group have to begin. */
    Duration groupStart() {
        return groupStart;
    }
}
