package io.pithead.protocol.chain;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that failed for good: it reverted in its block, would revert, or another took its nonce.
 *
 * @param hash of its newest signature, if it was signed
 */
public record StuckTransaction(
        UUID id,
        String purpose,
        String state,
        String sender,
        @Nullable String target,
        @Nullable Long nonce,
        @Nullable String hash,
        @Nullable String errorCode,
        @Nullable String error,
        Instant createdAt,
        Instant changedAt) {}
