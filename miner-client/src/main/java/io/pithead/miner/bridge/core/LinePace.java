package io.pithead.miner.bridge.core;

import java.time.Duration;

/**
 * How fast a container's lines are read: so many at once, then one by one. Nothing is refused for its pace: who writes faster
 * waits in its own socket.
 *
 * @param freeNanos when, on the caller's clock, all of the burst is free again
 */
public record LinePace(long freeNanos) {
    static final Duration EACH = Duration.ofMillis(20);
    static final int BURST = 50;

    public static LinePace begun(long nowNanos) {
        return new LinePace(nowNanos);
    }

    /** After one more line. */
    public LinePace next(long nowNanos) {
        long from = freeNanos - nowNanos > 0 ? freeNanos : nowNanos;
        return new LinePace(from + EACH.toNanos());
    }

    /** How long to wait before another line is read. */
    public Duration delay(long nowNanos) {
        long ahead = freeNanos - nowNanos - EACH.multipliedBy(BURST).toNanos();
        return ahead > 0 ? Duration.ofNanos(ahead) : Duration.ZERO;
    }
}
