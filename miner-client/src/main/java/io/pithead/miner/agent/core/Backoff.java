package io.pithead.miner.agent.core;

import java.time.Duration;

/** Capped exponential backoff with full jitter, so that a fleet that lost its coordinator does not return as one. */
public final class Backoff {
    static final Duration BASE = Duration.ofMillis(500);
    static final Duration CAP = Duration.ofSeconds(30);
    static final Duration FLOOR = Duration.ofMillis(100);
    private static final int MAX_DOUBLINGS = 10;

    private Backoff() {}

    /** @param roll a random number from 0 to below 1 */
    public static Duration delay(int failures, double roll) {
        Duration full = BASE.multipliedBy(1L << Math.min(Math.max(failures, 0), MAX_DOUBLINGS));
        Duration capped = full.compareTo(CAP) < 0 ? full : CAP;
        Duration rolled = Duration.ofMillis((long) (capped.toMillis() * roll));
        return rolled.compareTo(FLOOR) < 0 ? FLOOR : rolled;
    }
}
