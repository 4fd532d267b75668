package io.pithead.coordinator.chain;

import io.pithead.protocol.error.ErrorCode;

/** Why a transaction failed, or would: the code that an error envelope carries, and the contract's own words. */
public record ChainError(ErrorCode code, String text) {}
