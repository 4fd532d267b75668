package io.pithead.coordinator.platform;

import java.time.Duration;

/** When a loop last went round. */
public final class Loop {
    private final Duration allowedAge;
    private volatile long tickedNanos;
    private volatile boolean failing;

    Loop(Duration allowedAge, long nowNanos) {
        this.allowedAge = allowedAge;
        this.tickedNanos = nowNanos;
    }

    public void tick() {
        tickedNanos = System.nanoTime();
        failing = false;
    }

    /** This round did not do its work. */
    public void fail() {
        failing = true;
    }

    Loops.Age age(long nowNanos) {
        return new Loops.Age(Duration.ofNanos(Math.max(0, nowNanos - tickedNanos)), allowedAge, failing);
    }
}
