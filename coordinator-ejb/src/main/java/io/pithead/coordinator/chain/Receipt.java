package io.pithead.coordinator.chain;

import org.jspecify.annotations.Nullable;

/**
 * What became of a transaction in a block.
 *
 * @param contract that it made, if it did
 */
record Receipt(
        String hash,
        long block,
        String blockHash,
        boolean succeeded,
        long gasUsed,
        @Nullable String contract) {}
