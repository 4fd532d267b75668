package io.pithead.miner.agent.core;

/** From work to the end: a first signal drains, a second one stops. */
public enum Phase {
    WORKING,
    DRAINING,
    STOPPING
}
