package io.pithead.coordinator.node;

import io.pithead.coordinator.dispatch.core.NodeShape;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A registered machine as dispatch needs it. {@code renews}: its miner renews leases while it works. */
public record Node(
        UUID id,
        UUID account,
        String minerId,
        NodeShape shape,
        int concurrency,
        boolean renews,
        boolean draining,
        @Nullable String wallet) {

    /** As it stands in a job's history. */
    public String actor() {
        return "node:" + minerId;
    }
}
