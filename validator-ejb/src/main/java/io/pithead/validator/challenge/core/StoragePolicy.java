package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.MatrixRows;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * How large a file a node is to write, how long it has, and how soon it has to open pages of it. Its pages are memory's: what a
 * node did not keep takes it nearly as long to make again as writing all of it did.
 *
 * @param shareOfChallenges that ask for a file, of those of a node that was challenged before
 * @param mib at most
 * @param diskShare of what is free where the miner works
 * @param slack how many times the fitted time a node gets
 * @param delivery for fetching the challenge and posting the commitment
 * @param opening from the question to the opening: messages, and reading some hundred pages from the slowest disk
 * @param pages to open, with those that they follow from
 */
public record StoragePolicy(
        double shareOfChallenges,
        int mib,
        double diskShare,
        double slack,
        Duration delivery,
        Duration opening,
        int pages) {
    /** Where nobody configures another one. */
    public static final StoragePolicy USUAL =
            new StoragePolicy(0.1, 512, 0.01, 4, Duration.ofMinutes(2), Duration.ofSeconds(15), 20);

    /** Smaller ones fit into the cache of a disk, and are over before a message has come through. */
    public static final int MIN_MIB = 64;
    /** One is enough: a file is bounded by what writing wears, not by time. */
    static final int TURNS = 1;
    /** What a disk writes in a second that is no worse than a good hard disk beside its other work. */
    private static final double WRITTEN_PER_SECOND = 5e7;

    private static final double NANOS = 1e9;
    private static final double MIB = 1 << 20;

    public StoragePolicy {
        if (!(shareOfChallenges >= 0 && shareOfChallenges <= 1)
                || mib < 1
                || mib > MatrixRows.MAX_SIZE
                || !(diskShare > 0 && diskShare <= 1)
                || !(slack >= 1)
                || delivery.isNegative()
                || opening.isNegative()
                || opening.isZero()
                || pages < 1
                || pages > Challenge.MAX_ROWS) {
            throw new IllegalArgumentException("no policy for storage");
        }
    }

    /** In MiB; empty when there is too little room for one that says something. */
    public OptionalInt size(long freeMib) {
        int size = (int) Math.min(mib, freeMib * diskShare);
        return size < Math.min(MIN_MIB, mib) ? OptionalInt.empty() : OptionalInt.of(size);
    }

    /** What it takes of the node's time at the least speed: making the pages, and writing them. */
    public Duration work(int size) {
        return seconds(writing(size));
    }

    /** From the issue to the commitment. */
    public Duration commitWithin(int size) {
        return delivery.plus(seconds(slack * writing(size)));
    }

    private static double writing(int size) {
        double making = size * MIB * (TURNS + MemoryPolicy.TURNS_OF_ADDING) / MemoryPolicy.BYTES_PER_SECOND;
        return making + size * MIB / WRITTEN_PER_SECOND;
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * NANOS));
    }
}
