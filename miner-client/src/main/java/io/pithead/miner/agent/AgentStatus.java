package io.pithead.miner.agent;

import io.pithead.miner.agent.core.Phase;
import io.pithead.miner.challenge.ChallengesView;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a running agent says of itself in {@code status.json}, for the {@code status} command.
 *
 * @param challenges absent where the node has no key, so that nobody challenges it
 */
public record AgentStatus(
        long pid,
        long processStarted,
        String version,
        String minerId,
        String coordinator,
        Phase phase,
        boolean registered,
        boolean drainedByCoordinator,
        @Nullable Instant lostSince,
        Map<String, String> workloads,
        List<Job> jobs,
        int unsent,
        long proved,
        long failed,
        long refused,
        @Nullable ChallengesView challenges,
        Instant updatedAt) {

    public record Job(UUID id, long lease, int percent, String state) {}

    public AgentStatus {
        workloads = Map.copyOf(workloads);
        jobs = List.copyOf(jobs);
    }

    void write(Path file) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".part");
        Files.write(partial, Json.write(this));
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Empty when no agent ever ran here. */
    public static Optional<AgentStatus> read(Path file) throws IOException {
        try {
            return Optional.of(Json.own(Files.readString(file), AgentStatus.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Whether the process that wrote this still runs. */
    public boolean isAlive() {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().startInstant())
                .map(started -> started.toEpochMilli() == processStarted)
                .orElse(false);
    }
}
