package io.pithead.protocol.wallet;

import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/wallet/balance}, amounts as decimal strings of {@code unit}. {@code pending} is earned but still inside
 * the lock window; {@code reserved} is held for jobs that have not ended.
 */
public record Balance(@Nullable String wallet, String balance, String pending, String reserved, String unit) {}
