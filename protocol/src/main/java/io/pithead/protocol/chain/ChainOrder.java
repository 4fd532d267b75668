package io.pithead.protocol.chain;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that was asked for: {@code ASKED}, {@code SIGNED}, {@code MINED}, then {@code DONE} when it is final; or
 * {@code REVERTED}, {@code REFUSED}, {@code LOST} with the reason.
 *
 * @param hash of its newest signature, once it is signed
 */
public record ChainOrder(
        UUID id,
        long chain,
        String purpose,
        String state,
        @Nullable String hash,
        @Nullable String errorCode,
        @Nullable String error) {}
