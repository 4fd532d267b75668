package io.pithead.protocol.discovery;

import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.seal.SealedEndpoint;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A node as those who may know it see it. The five facts in the middle are the chain's; the hardware is the node's claim.
 * {@code endpoint} has the asking reader's key alone, and is absent while there is none for it.
 */
public record DiscoveredNode(
        String address,
        UUID run,
        String provider,
        boolean validated,
        boolean active,
        boolean whitelisted,
        boolean blacklisted,
        Hardware hardware,
        Instant registeredAt,
        Instant seenAt,
        @Nullable SealedEndpoint endpoint) {}
