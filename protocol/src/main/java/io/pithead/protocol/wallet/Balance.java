package io.pithead.protocol.wallet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/wallet/balance}, amounts as decimal strings of {@code unit}. {@code pending} is earned but still inside
 * the lock window, and {@code maturesAt} is when the next of it becomes available; {@code reserved} is held for jobs that have
 * not ended.
 */
public record Balance(
        @Nullable String wallet,
        String balance,
        String pending,
        String reserved,
        String unit,
        @Nullable Instant maturesAt) {}
