package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.MatrixRows;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * How much memory a node is to fill, how long it has, and how soon it has to open. What is missing can be made again, in a
 * share of the time that filling takes: so filling takes many times what opening may, however little memory there is.
 *
 * @param shareOfChallenges that ask for memory, of those of a node that was challenged before
 * @param work what filling may take of one core's time
 * @param memoryShare of the node's memory
 * @param slack how many times the fitted time a node gets
 * @param delivery for fetching the challenge and posting the commitment
 * @param opening from the question to the opening: what messages take, and no more
 * @param pages to open, with those that they follow from
 */
public record MemoryPolicy(
        double shareOfChallenges,
        Duration work,
        double memoryShare,
        double slack,
        Duration delivery,
        Duration opening,
        int pages) {
    /** Where nobody configures another one. */
    public static final MemoryPolicy USUAL =
            new MemoryPolicy(0.25, Duration.ofMinutes(2), 0.1, 4, Duration.ofMinutes(2), Duration.ofSeconds(6), 20);

    /** Less is in a processor's cache, and says nothing of memory. */
    public static final int MIN_MIB = 64;
    /** What any core with instructions for AES encrypts in a second, block after block: none is more than some times as fast. */
    static final double BYTES_PER_SECOND = 5e8;
    /** Adding up a page's parents takes as long as so many turns, and hashing it. */
    static final int TURNS_OF_ADDING = 4;

    private static final double NANOS = 1e9;
    private static final double MIB = 1 << 20;

    public MemoryPolicy {
        if (!(shareOfChallenges >= 0 && shareOfChallenges <= 1)
                || work.isNegative()
                || work.isZero()
                || !(memoryShare > 0 && memoryShare <= 1)
                || !(slack >= 1)
                || delivery.isNegative()
                || opening.isNegative()
                || opening.isZero()
                || pages < 1
                || pages > Challenge.MAX_ROWS) {
            throw new IllegalArgumentException("no policy for memory");
        }
    }

    /** In MiB; empty when it is too little to say something. */
    public OptionalInt size(Capacity capacity) {
        double byTime = work.toNanos() / NANOS * BYTES_PER_SECOND / (1 + TURNS_OF_ADDING) / MIB;
        double byMemory = capacity.memoryBytes() * memoryShare / MIB;
        int size = (int) Math.min(MatrixRows.MAX_SIZE, Math.min(byTime, byMemory));
        return size < MIN_MIB ? OptionalInt.empty() : OptionalInt.of(size);
    }

    /** As many as there is time for. */
    public int turns(int size) {
        double fitting = work.toNanos() / NANOS * BYTES_PER_SECOND / (size * MIB) - TURNS_OF_ADDING;
        return (int) Math.clamp(fitting, 1, Challenge.MAX_TURNS);
    }

    /** What it takes of the node's time at the least speed; opening takes nothing beside it. */
    public Duration work(int size) {
        return seconds(filling(size));
    }

    /** From the issue to the commitment. */
    public Duration commitWithin(int size) {
        return delivery.plus(seconds(slack * filling(size)));
    }

    private double filling(int size) {
        return size * MIB * (turns(size) + TURNS_OF_ADDING) / BYTES_PER_SECOND;
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * NANOS));
    }
}
