package io.pithead.miner.agent.core;

/** Why a running job is ended without a result. */
public enum StopReason {
    CANCELLED,
    LEASE_LOST,
    LEASE_LAPSED,
    SUPERSEDED,
    MINER_STOPPED
}
