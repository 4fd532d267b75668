package io.pithead.miner.chain.core;

/** In the contract's order. */
public enum RunStatus {
    UNKNOWN,
    PENDING,
    OPEN,
    ENDED
}
