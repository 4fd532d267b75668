package io.pithead.protocol.admin;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that bear the same mark of identity: the same graphics card, the same machine, or the same place in the network.
 *
 * @param mark the card's UUID, the machine's digest, or the address, of IPv6 the first 64 bits
 * @param since when a second node was first seen to bear it
 * @param nodes those that bear it, the newest first; as many as there is room for
 */
public record Twins(Kind kind, String mark, Instant since, List<Twin> nodes) {
    public Twins {
        nodes = List.copyOf(nodes);
    }

    /** What is the same. */
    public enum Kind {
        GPU,
        HOST,
        /** Says little by itself: whole sites are behind one address. */
        ADDRESS
    }

    /** @param address of the node's key, where it has one */
    public record Twin(
            UUID node,
            UUID account,
            String minerId,
            @Nullable String address,
            Instant firstSeenAt,
            Instant lastSeenAt) {}
}
