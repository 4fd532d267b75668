package io.pithead.validator.challenge.core;

import java.time.Duration;

/**
 * How often a node is asked to run a container, and how long it has.
 *
 * @param shareOfChallenges that ask for one, of those of a node with an engine that was challenged before
 * @param slack how many times the presumed time a node gets
 * @param delivery for fetching the challenge and posting an answer
 */
public record ContainerPolicy(double shareOfChallenges, double slack, Duration delivery) {
    /** Where nobody configures another one. */
    public static final ContainerPolicy USUAL = new ContainerPolicy(0.05, 4, Duration.ofMinutes(2));

    /** That the container may have: enough for a shell anywhere. */
    static final int MIB = 48;

    /** Of a slow engine; most of it is waiting. */
    private static final Duration WORK = Duration.ofSeconds(2);

    private static final double NANOS = 1e9;

    public ContainerPolicy {
        if (!(shareOfChallenges >= 0 && shareOfChallenges <= 1) || !(slack >= 1) || delivery.isNegative()) {
            throw new IllegalArgumentException("no policy for containers");
        }
    }

    /** What it takes of the node's time. */
    public Duration work() {
        return WORK;
    }

    /** From the issue to the commitment. */
    public Duration commitWithin() {
        return delivery.plus(Duration.ofNanos((long) (slack * WORK.toSeconds() * NANOS)));
    }
}
