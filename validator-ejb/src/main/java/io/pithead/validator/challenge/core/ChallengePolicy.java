package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.MatrixRows;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * How large a challenge is and how long a node has for it.
 *
 * @param work what the multiplication may take of the node's time
 * @param memoryShare of its memory, taken by both factors and the product
 * @param slack how many times the fitted time a node gets
 * @param delivery for fetching the challenge and posting an answer
 * @param rows to open
 */
public record ChallengePolicy(Duration work, double memoryShare, double slack, Duration delivery, int rows) {
    /** Where nobody configures another one. */
    public static final ChallengePolicy USUAL =
            new ChallengePolicy(Duration.ofSeconds(2), 0.1, 4, Duration.ofMinutes(2), 20);

    /** Smaller products are over before a message has come through, and say nothing of a machine. */
    public static final int MIN_SIZE = 256;
    /** An entry of each factor is a byte, one of the product four. */
    static final int BYTES_PER_ENTRY = 6;
    /** Widths that hardware likes. */
    private static final int STEP = 64;

    private static final double NANOS = 1e9;

    public ChallengePolicy {
        if (work.isNegative()
                || work.isZero()
                || !(memoryShare > 0 && memoryShare <= 1)
                || !(slack >= 1)
                || delivery.isNegative()
                || rows < 1
                || rows > Challenge.MAX_ROWS) {
            throw new IllegalArgumentException("no policy for challenges");
        }
    }

    /** The largest size that fits into the node's memory and time; empty when it is too weak for any that says something. */
    public OptionalInt size(Capacity capacity) {
        double byMemory = Math.sqrt(capacity.memoryBytes() * memoryShare / BYTES_PER_ENTRY);
        double byTime = Math.cbrt(capacity.multiplyAddsPerSecond() * work.toNanos() / NANOS);
        int fitting = (int) Math.min(MatrixRows.MAX_SIZE, Math.min(byMemory, byTime));
        int size = fitting / STEP * STEP;
        return size < MIN_SIZE ? OptionalInt.empty() : OptionalInt.of(size);
    }

    /** What it takes of the node's time at the least speed: the product, and the opened rows made again. */
    public Duration work(int size, Capacity capacity) {
        return seconds((products(size) + openedProducts(size)) / capacity.multiplyAddsPerSecond());
    }

    /** From the issue to the commitment. */
    public Duration commitWithin(int size, Capacity capacity) {
        return delivery.plus(seconds(slack * products(size) / capacity.multiplyAddsPerSecond()));
    }

    /** From the question to the opening: a node that kept no product has the opened rows to make again. */
    public Duration openWithin(int size, Capacity capacity) {
        return delivery.plus(seconds(slack * openedProducts(size) / capacity.multiplyAddsPerSecond()));
    }

    private static double products(int size) {
        return (double) size * size * size;
    }

    private double openedProducts(int size) {
        return (double) rows * size * size;
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * NANOS));
    }
}
