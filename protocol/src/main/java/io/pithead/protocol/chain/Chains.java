package io.pithead.protocol.chain;

import java.util.List;

/** Every chain of the configuration; none where chains are off. */
public record Chains(List<ChainView> chains) {
    public Chains {
        chains = List.copyOf(chains);
    }
}
