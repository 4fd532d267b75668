package io.pithead.protocol.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A node as a buyer of tasks sees it; the members of the Prime README's {@code GET /nodes}. {@code ip_address} and
 * {@code port} are for the owner of a run only; {@code group} is absent where the node is in none of the caller's.
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record NodeView(
        String address,
        @Nullable String ipAddress,
        @Nullable Integer port,
        Status status,
        @Nullable UUID taskId,
        @Nullable ContainerState taskState,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Group group) {

    /** The Prime protocol's words. */
    public enum Status {
        @JsonProperty("Healthy")
        HEALTHY,
        @JsonProperty("Unhealthy")
        UNHEALTHY,
        @JsonProperty("Draining")
        DRAINING,
        @JsonProperty("Banned")
        BANNED
    }

    /** Which of a group's nodes it is; without an index while the group forms. */
    public record Group(UUID id, @Nullable Integer index, int size) {}
}
