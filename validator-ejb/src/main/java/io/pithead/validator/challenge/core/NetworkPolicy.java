package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.NetworkStream;
import java.time.Duration;

/**
 * How much a node is sent over its line, how long it has, and how soon it has to send some of it back.
 *
 * @param shareOfChallenges that ask for a stream, of those of a node that was challenged before
 * @param mib of the stream
 * @param slack how many times the fitted time a node gets
 * @param delivery for fetching the challenge and posting the commitment
 * @param opening from the question to the opening: messages, and the blocks on the slowest line
 * @param blocks to send back
 */
public record NetworkPolicy(
        double shareOfChallenges, int mib, double slack, Duration delivery, Duration opening, int blocks) {
    /** Where nobody configures another one. */
    public static final NetworkPolicy USUAL =
            new NetworkPolicy(0.1, 8, 4, Duration.ofMinutes(2), Duration.ofMinutes(2), 20);

    /** Eight megabits in a second: a line that is slower is no good for any work. */
    private static final double BYTES_PER_SECOND = 1e6;

    private static final double NANOS = 1e9;
    private static final double MIB = 1 << 20;

    public NetworkPolicy {
        if (!(shareOfChallenges >= 0 && shareOfChallenges <= 1)
                || mib < 1
                || mib > NetworkStream.MAX_MIB
                || !(slack >= 1)
                || delivery.isNegative()
                || opening.isNegative()
                || opening.isZero()
                || blocks < 1
                || blocks > Challenge.MAX_ROWS) {
            throw new IllegalArgumentException("no policy for the network");
        }
    }

    /** No more than there are. */
    int rows() {
        return Math.min(blocks, mib * NetworkStream.PER_MIB);
    }

    /** What it takes of the node's time at the least speed, both ways. */
    public Duration work() {
        return seconds((mib * MIB + (double) rows() * NetworkStream.BLOCK) / BYTES_PER_SECOND);
    }

    /** From the issue to the commitment. */
    public Duration commitWithin() {
        return delivery.plus(seconds(slack * mib * MIB / BYTES_PER_SECOND));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * NANOS));
    }
}
