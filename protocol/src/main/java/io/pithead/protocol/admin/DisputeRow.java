package io.pithead.protocol.admin;

import io.pithead.protocol.job.DisputeView;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dispute as the operator sees it; what the buyer says of it is the buyer's.
 *
 * @param account the buyer's
 * @param replicas how many judge it so far
 * @param answered how many of them were judged themselves
 */
public record DisputeRow(
        UUID id,
        UUID job,
        UUID account,
        String workload,
        DisputeView.State state,
        String deposit,
        String refunded,
        int replicas,
        int answered,
        Instant openedAt,
        Instant deadline,
        @Nullable Instant decidedAt) {}
