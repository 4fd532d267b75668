package io.pithead.miner.container.core;

import java.math.BigDecimal;

/**
 * What this machine's owner lets containers do and use. The figures are the most that one container gets, and what it gets
 * when it does not say.
 */
public record OwnerPolicy(
        RootPolicy root, boolean ports, NetworkPolicy network, BigDecimal cpus, long ramMb, int pids, long diskMb) {

    /** As whom a container runs. */
    public enum RootPolicy {
        /** Never as root: an image that would is run as nobody. */
        NEVER,
        /** As whom the image says. */
        IMAGE,
        /** As root, whatever the image says. */
        ALWAYS
    }

    /** What a container may reach. */
    public enum NetworkPolicy {
        BRIDGE,
        NONE
    }
}
