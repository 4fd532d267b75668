package io.pithead.protocol.chain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one chain is.
 *
 * @param head the node's newest block; absent while none was seen
 * @param finalised the newest block that was read and is final
 * @param nextBlock the first block that is not read yet
 * @param pending transactions that are asked for and not final
 * @param stuck transactions that failed and wait for a person
 * @param halted why reading stands still until somebody has everything read again
 * @param fault what is wrong with the key that sends
 */
public record ChainView(
        long chainId,
        String name,
        @Nullable Long head,
        @Nullable Long finalised,
        @Nullable Long nextBlock,
        long lagBlocks,
        @Nullable Instant seenAt,
        long pending,
        long stuck,
        @Nullable String halted,
        @Nullable String fault) {}
