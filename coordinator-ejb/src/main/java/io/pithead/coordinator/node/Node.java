package io.pithead.coordinator.node;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.dispatch.core.NodeShape;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.node.Directive;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A registered machine as dispatch needs it. {@code renews}: its miner renews leases while it works; {@code ban}: why the
 * operator keeps it from work; {@code instance}: which miner it is, of several that may have been given its id.
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
        @Nullable String wallet,
        @Nullable UUID instance) {

    private static final int RETRY_SECONDS = 10;

    /** As it stands in a job's history. */
    public String actor() {
        return "node:" + minerId;
    }

    boolean isBanned() {
        return ban != null;
    }

    /** Who does not say which miner it is cannot be told from another. */
    boolean isOtherThan(@Nullable UUID miner) {
        return instance != null && miner != null && !instance.equals(miner);
    }

    static CoordinatorException taken(String minerId, Duration silence) {
        return new CoordinatorException(
                        ErrorCode.NODE_TAKEN,
                        "Another miner works as " + minerId
                                + ": give this one a name of its own (MINER_ID), or stop the"
                                + " other, which is forgotten after " + silence.toSeconds() + " s of silence.",
                        Map.of("miner_id", minerId))
                .withRetryAfter(RETRY_SECONDS);
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
