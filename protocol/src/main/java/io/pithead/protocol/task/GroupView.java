package io.pithead.protocol.task;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A node group as its buyer sees it: the Prime protocol's members, then ours.
 *
 * @param nodes addresses in the order of the group's indices, which are a ring
 */
public record GroupView(
        UUID id,
        List<String> nodes,
        int nodeCount,
        Instant createdAt,
        String configurationName,
        UUID taskId,
        State state) {
    /** What a group does. The last two are its ends. */
    public enum State {
        /** Looks for more nodes; nothing of it runs, so it may still merge. */
        FORMING,
        /** Its containers are placed: nothing but its end changes it. */
        PLACED,
        ENDED,
        DISSOLVED
    }
}
