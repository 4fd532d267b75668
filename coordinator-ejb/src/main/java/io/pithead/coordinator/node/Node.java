package io.pithead.coordinator.node;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.dispatch.core.NodeShape;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.node.Directive;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A registered machine as dispatch needs it. {@code renews}: its miner renews leases while it works; {@code ban}: why the
 * operator keeps it from work.
 */
public record Node(
        UUID id,
        UUID account,
        String minerId,
        NodeShape shape,
        int concurrency,
        boolean renews,
        boolean draining,
        @Nullable String ban,
        @Nullable String wallet) {

    /** As it stands in a job's history. */
    public String actor() {
        return "node:" + minerId;
    }

    boolean isBanned() {
        return ban != null;
    }

    /** What the miner of a banned node is told instead of an answer, so that its owner knows. */
    public CoordinatorException banned(List<Directive> directives) {
        String reason = ban == null ? "" : ban;
        return new CoordinatorException(
                ErrorCode.NODE_BANNED,
                "The operator keeps this node from work: " + reason,
                Map.of("reason", reason, "directives", directives));
    }
}
