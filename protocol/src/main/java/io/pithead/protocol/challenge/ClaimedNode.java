package io.pithead.protocol.challenge;

import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.node.Mode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node as a validator sees it: what its miner says of it, and when that was last heard.
 *
 * @param address of the node's key
 * @param hardware absent where the miner said nothing
 */
public record ClaimedNode(
        String address, Mode mode, Boolean gpu, @Nullable Hardware hardware, Boolean online, Instant seenAt) {}
