package io.pithead.coordinator.overview;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.node.core.Heard;
import io.pithead.protocol.job.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The shapes of the operator's lists. */
public final class Overview {
    private Overview() {}

    /**
     * The system at a glance. {@code queued} counts ready and waiting jobs by workload; {@code completed_last_hour}, {@code
     * ended_last_hour} and {@code avg_job_ms} look at jobs submitted in the last hour.
     *
     * @param endedLastHour by state
     * @param oldestQueuedS how long the job that waits longest does so
     * @param nodeStates how many nodes are online, offline, draining, banned; each is counted once
     */
    public record Stats(
            Map<String, Long> queued,
            long leased,
            long running,
            long nodes,
            long nodesOnline,
            long completedLastHour,
            @Nullable Double avgJobMs,
            long verifying,
            Map<JobState, Long> endedLastHour,
            long oldestQueuedS,
            Map<String, Long> nodeStates,
            Instant at) {
        public Stats {
            queued = Map.copyOf(queued);
            endedLastHour = Map.copyOf(endedLastHour);
            nodeStates = Map.copyOf(nodeStates);
        }
    }

    /** @param heard in which of the last two hours' minutes it was heard, where it ever was */
    public record NodeRow(
            UUID id,
            UUID account,
            String minerId,
            String mode,
            int concurrency,
            boolean renews,
            boolean draining,
            @Nullable String ban,
            boolean online,
            int held,
            @Nullable Instant lastSeenAt,
            @Nullable Double load,
            @Nullable Heard heard,
            JsonNode capabilities,
            List<Work> work,
            Instant createdAt) {}

    /**
     * What a node says its accepted jobs of one workload gave and took, in all; a ratio is absent where nothing was measured.
     *
     * @param work in {@code unit}
     * @param energyJ of the jobs whose energy was measured
     */
    public record Work(
            String workload,
            String unit,
            long jobs,
            double work,
            @Nullable Double energyJ,
            @Nullable Double workPerKj,
            @Nullable Double tflop,
            @Nullable Double workPerTflop) {}

    public record JobRow(
            UUID id,
            UUID account,
            String workload,
            JobState state,
            String price,
            int attempt,
            @Nullable String node,
            Instant submittedAt,
            @Nullable Instant finishedAt,
            @Nullable String errorCode) {}
}
