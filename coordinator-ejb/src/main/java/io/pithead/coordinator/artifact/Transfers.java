package io.pithead.coordinator.artifact;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.artifact.core.ArtifactLimits;
import io.pithead.protocol.error.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Counts the uploads and downloads that hold a thread now. */
final class Transfers {
    private static final int RETRY_SECONDS = 2;

    private final ArtifactLimits limits;
    private final Map<UUID, Integer> byAccount = new HashMap<>();
    private int all;

    /** Ends a transfer. */
    interface Slot extends AutoCloseable {
        @Override
        void close();
    }

    Transfers(ArtifactLimits limits) {
        this.limits = limits;
    }

    synchronized void requireRoom(UUID accountId) {
        if (byAccount.getOrDefault(accountId, 0) >= limits.maxTransfersPerAccount()) {
            throw new CoordinatorException(
                            ErrorCode.RATE_LIMITED,
                            "This account has as many transfers running as it may.",
                            Map.of("max_transfers", limits.maxTransfersPerAccount()))
                    .withRetryAfter(RETRY_SECONDS);
        }
        if (all >= limits.maxTransfers()) {
            throw new CoordinatorException(ErrorCode.UNAVAILABLE, "This server has as many transfers as it can take.")
                    .withRetryAfter(RETRY_SECONDS);
        }
    }

    synchronized Slot enter(UUID accountId) {
        requireRoom(accountId);
        all++;
        byAccount.merge(accountId, 1, Integer::sum);
        return () -> leave(accountId);
    }

    private synchronized void leave(UUID accountId) {
        all--;
        byAccount.computeIfPresent(accountId, (account, count) -> count == 1 ? null : count - 1);
    }
}
