package io.pithead.coordinator.chain.core;

import java.util.OptionalLong;

/**
 * From when on a block counts as final.
 *
 * @param tag what is asked of the node; {@link Tag#LATEST} leaves it to the confirmations
 * @param confirmations blocks that must be on top of it as well
 */
public record Finality(Tag tag, int confirmations) {
    /** Names that nodes give to blocks. */
    public enum Tag {
        FINALIZED,
        SAFE,
        LATEST
    }

    /**
     * @param tagged the block that the node calls by the tag, if it does
     * @param before what was final before: never less
     */
    public long of(long head, OptionalLong tagged, long before) {
        long confirmed = head - confirmations;
        if (tag == Tag.LATEST) {
            return Math.max(before, confirmed);
        }
        return tagged.isPresent() ? Math.max(before, Math.min(confirmed, tagged.getAsLong())) : before;
    }
}
