package io.pithead.miner.agent.core;

import java.util.UUID;

/** One try of a job under one lease. */
public record Attempt(UUID job, long lease) {
    @Override
    public String toString() {
        return job + "/" + lease;
    }
}
