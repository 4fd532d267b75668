package io.pithead.protocol.chain;

import java.util.List;

/** {@code GET /v1/chains}; none where chains are off. */
public record PublicChains(List<ChainTerms> chains) {
    public PublicChains {
        chains = List.copyOf(chains);
    }
}
