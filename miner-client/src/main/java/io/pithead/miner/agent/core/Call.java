package io.pithead.miner.agent.core;

/** The calls whose failure the machine hears of. */
public enum Call {
    REGISTER,
    BEAT,
    POLL,
    PROGRESS,
    DELIVER,
    DRAIN
}
