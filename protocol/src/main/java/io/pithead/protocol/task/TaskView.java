package io.pithead.protocol.task;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A task as its buyer sees it: the Prime protocol's members, then ours.
 *
 * @param state derived from its nodes'
 * @param counts nodes by state
 * @param warning that its money will soon have run out
 * @param spent what was paid so far for metered time, in tokens
 * @param secrets names only
 * @param nodes the first ones; {@code GET /tasks/{id}} only
 */
public record TaskView(
        UUID id,
        String name,
        String image,
        TaskState state,
        Wanted wanted,
        long generation,
        TaskRequest request,
        List<String> secrets,
        Map<ContainerState, Integer> counts,
        @Nullable String reason,
        @Nullable String warning,
        @Nullable String spent,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant finishedAt,
        @Nullable List<TaskNode> nodes) {

    /** What the buyer wants of it. */
    public enum Wanted {
        RUN,
        PAUSE,
        STOP
    }
}
