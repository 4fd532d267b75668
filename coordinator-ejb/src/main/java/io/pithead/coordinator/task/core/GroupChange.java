package io.pithead.coordinator.task.core;

import io.pithead.protocol.task.GroupView;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A group that was placed has begun, or is over.
 *
 * @param nodes in the order of their indices
 */
public record GroupChange(
        UUID group,
        UUID task,
        UUID account,
        String topology,
        GroupView.State state,
        Instant at,
        List<String> nodes,
        @Nullable String reason) {
    public GroupChange {
        nodes = List.copyOf(nodes);
    }

    /** A group begins once, and ends once. */
    public int seq() {
        return state == GroupView.State.PLACED ? 1 : 2;
    }
}
