package io.pithead.miner.challenge.core;

import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.MemoryPages;
import io.pithead.protocol.challenge.RowTree;
import java.util.Arrays;
import java.util.List;

/**
 * What of its machine an owner gives to challenges.
 *
 * @param cores none when no challenge is answered
 * @param ramMb most that the process which multiplies or fills memory may take
 * @param rowsAtOnce so many rows each core multiplies at a time
 * @param diskMb most that a file may have
 * @param networkMb most that may be fetched in a day
 */
public record Share(int cores, long ramMb, int rowsAtOnce, long diskMb, long networkMb) {
    private static final long MIB = 1024 * 1024;
    /** Of a Java process that has done nothing yet. */
    private static final long OWN = 96 * MIB;
    /** Its block of floats. */
    private static final long OF_CORE = 2 * MIB;

    /** A leaf, and the nodes above it. */
    private static final long OF_ROW = 2 * RowTree.HASH;
    /** A row of a factor and one of the product, and what its leaf is made of. */
    private static final long OF_ENTRY_AT_ONCE = 1 + 2 * Integer.BYTES;
    /** The product's entry, in Base64, and in the text that is written of all, which grows by doubling. */
    private static final long OF_ENTRY_OPENED = 10 * Integer.BYTES;

    /** Its head, and where it is found. */
    private static final long OF_ARRAY = 32;
    /** In hex, and in text as the entries are. */
    private static final long OF_PATH = 16L * RowTree.MAX_PATH * RowTree.HASH;

    public boolean isOff() {
        return cores == 0;
    }

    public long needsMb(Challenge challenge) {
        return switch (challenge.kind()) {
            case COMPUTE -> needsMb(challenge.size(), challenge.rows());
            case MEMORY -> memoryNeedsMb(challenge.size(), challenge.rows());
            case STORAGE -> storageNeedsMb(challenge.size(), challenge.rows());
            // in the agent itself, which has that anyway
            case NETWORK -> 0;
            // the container itself
            case CONTAINER -> challenge.size();
        };
    }

    /** Of challenges that it may answer, however large they are; those for containers where there is an engine. */
    public List<ChallengeKind> kinds() {
        return Arrays.stream(ChallengeKind.values())
                .filter(kind -> !isOff()
                        && (kind != ChallengeKind.STORAGE || diskMb > 0)
                        && (kind != ChallengeKind.NETWORK || networkMb > 0))
                .toList();
    }

    public boolean hasRoomFor(Challenge challenge) {
        return needsMb(challenge) <= ramMb
                && (challenge.kind() != ChallengeKind.STORAGE || challenge.size() <= diskMb)
                && (challenge.kind() != ChallengeKind.NETWORK || challenge.size() <= networkMb);
    }

    /** What is left of it when so much was fetched today. */
    public Share less(long fetchedMb) {
        return new Share(cores, ramMb, rowsAtOnce, diskMb, Math.max(0, networkMb - fetchedMb));
    }

    /** The tree over a file's pages, and those that are opened. */
    private long storageNeedsMb(int size, int asked) {
        long bytes = OWN + size * MemoryPages.PER_MIB * OF_ROW + openedPages(asked);
        return (bytes + MIB - 1) / MIB;
    }

    private static long openedPages(int asked) {
        return (long) asked
                * MemoryPages.OPENED_PER_PAGE
                * (MemoryPages.BYTES / Integer.BYTES * OF_ENTRY_OPENED + OF_PATH);
    }

    /** The pages, the tree over them, and those that are opened. */
    public long memoryNeedsMb(int size, int asked) {
        long bytes = OWN + size * (MIB + OF_ARRAY + MemoryPages.PER_MIB * OF_ROW) + openedPages(asked);
        return (bytes + MIB - 1) / MIB;
    }

    /** What proving a product takes: one factor whole, a block of rows for each core, and the rows that are opened. */
    public long needsMb(int size, int opened) {
        long block = (long) Math.min(size, rowsAtOnce) * size * OF_ENTRY_AT_ONCE;
        long bytes = OWN
                + (long) size * size
                + size * OF_ROW
                + cores * (OF_CORE + block)
                + (long) opened * size * OF_ENTRY_OPENED;
        return (bytes + MIB - 1) / MIB;
    }
}
