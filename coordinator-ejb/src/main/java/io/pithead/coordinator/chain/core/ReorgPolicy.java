package io.pithead.coordinator.chain.core;

import java.util.Map;
import java.util.NavigableMap;

/** Whether the chain still is what was read of it. */
public final class ReorgPolicy {
    private ReorgPolicy() {}

    /** What follows. */
    public sealed interface Decision {
        /** Read on. */
        record Follow() implements Decision {}

        /** The node has not come as far as was read here, but agrees so far. */
        record Behind(long head) implements Decision {}

        /** Everything after this block is undone. */
        record Rewind(long ancestor) implements Decision {}

        /** What counted as final is not there any more, or no block is that is remembered: a person must look. */
        record TooDeep(String reason) implements Decision {}

        /** The node did not say enough. */
        record Unknown() implements Decision {}
    }

    /**
     * @param read hashes of blocks that were read, by number; the last is the newest
     * @param told what the node says their hashes are, as far as it has them
     * @param head the node's newest block
     * @param finalised the newest block that counts as final here; less than any read one when none does
     */
    public static Decision decide(NavigableMap<Long, String> read, Map<Long, String> told, long head, long finalised) {
        if (read.isEmpty()) {
            return new Decision.Follow();
        }
        long top = read.lastKey();
        for (Map.Entry<Long, String> block :
                read.headMap(head, true).descendingMap().entrySet()) {
            String now = told.get(block.getKey());
            if (now == null) {
                return new Decision.Unknown();
            }
            if (now.equals(block.getValue())) {
                return agreed(read, block.getKey(), top, head, finalised);
            }
        }
        if (head < read.firstKey()) {
            return new Decision.Behind(head);
        }
        return new Decision.TooDeep("the node knows none of the " + read.size() + " blocks that are remembered, from "
                + read.firstKey() + " to " + top);
    }

    private static Decision agreed(
            NavigableMap<Long, String> read, long ancestor, long top, long head, long finalised) {
        if (ancestor == top) {
            return new Decision.Follow();
        }
        Long newest = read.floorKey(head);
        if (newest != null && newest == ancestor) {
            return new Decision.Behind(head);
        }
        return ancestor < finalised
                ? new Decision.TooDeep("blocks up to " + finalised + " were final, and the node has others from "
                        + (ancestor + 1) + " on")
                : new Decision.Rewind(ancestor);
    }
}
