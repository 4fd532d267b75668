package io.pithead.validator.challenge.core;

import java.time.Duration;

/**
 * How much of a node's time challenges may take, and when the next one comes. After a challenge there is a rest that keeps the
 * share of time within the budget whatever is drawn; beyond it the wait has no memory, so a node that was not asked for long knows no
 * more of when it will be than one that just was.
 *
 * @param share of a node's time, at most
 * @param every how long a node waits beyond the rest, on average
 */
public record Duty(double share, Duration every) {
    /** Where nobody configures another one. */
    public static final Duty USUAL = new Duty(0.005, Duration.ofHours(1));

    /** Of {@code every}: the one in 22,000 that would wait longer does not. */
    static final int LONGEST = 10;

    private static final double NANOS = 1e9;

    public Duty {
        if (!(share > 0 && share <= 1) || every.isNegative() || every.isZero()) {
            throw new IllegalArgumentException("no duty: " + share + " every " + every);
        }
    }

    /** The least time from one challenge to the next. */
    public Duration rest(Duration work) {
        return Duration.ofNanos((long) Math.ceil(work.toNanos() / share));
    }

    /**
     * @param work what the challenge is expected to take of the node's time
     * @param drawn evenly from 0 to less than 1
     */
    public Duration wait(Duration work, double drawn) {
        double seconds = -Math.log1p(-drawn) * every.toNanos() / NANOS;
        double longest = LONGEST * (every.toNanos() / NANOS);
        return rest(work).plusNanos((long) (Math.min(seconds, longest) * NANOS));
    }
}
