package io.pithead.miner.agent;

import java.time.Instant;
import java.time.InstantSource;

/** Time that only goes forward at its own pace, whatever is done to the machine's clock: leases depend on it. */
public final class MonotonicClock implements InstantSource {
    private final Instant start = Instant.now();
    private final long startNanos = System.nanoTime();

    @Override
    public Instant instant() {
        return start.plusNanos(System.nanoTime() - startNanos);
    }
}
