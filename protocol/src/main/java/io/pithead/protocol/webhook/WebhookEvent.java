package io.pithead.protocol.webhook;

import io.pithead.protocol.job.JobState;
import io.pithead.protocol.task.GroupView;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The body of a webhook call: one step of one job, or of one node group; {@code seq} grows by one with each. */
public record WebhookEvent(
        String event,
        Instant createdAt,
        @Nullable Job job,
        @Nullable Group group) {
    /** What the job became. */
    public record Job(
            UUID id,
            JobState state,
            int seq,
            int attempt,
            @Nullable String reason) {}

    /**
     * What the group became.
     *
     * @param nodes addresses in the order of the group's indices
     */
    public record Group(
            UUID id,
            UUID taskId,
            String configurationName,
            GroupView.State state,
            int seq,
            List<String> nodes,
            @Nullable String reason) {
        public Group {
            nodes = List.copyOf(nodes);
        }
    }
}
