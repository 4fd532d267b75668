package io.pithead.protocol.wallet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/epochs}: what an epoch paid, and how far its root is on the chain. A root holds all that those before it held.
 *
 * @param state {@code CLOSING} while accounts are paid into leaves, then {@code HASHING}, {@code FUNDING}, {@code POSTING},
 *     {@code PENDING} while validators may withdraw the root, and {@code ACTIVE} or {@code WITHDRAWN} for good
 * @param paid by this epoch, so far while it is closing
 * @param total of all leaves
 * @param leavesHash SHA-256 of the file of all leaves
 */
public record Epoch(
        long chain,
        long epoch,
        String state,
        String paid,
        @Nullable String total,
        @Nullable Integer leaves,
        @Nullable String root,
        @Nullable String leavesHash,
        Instant startedAt,
        @Nullable Instant activeAt) {}
