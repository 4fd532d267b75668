package io.pithead.protocol.discovery;

import io.pithead.protocol.json.Checks;
import java.util.List;

/** What the chain says of a provider, with all of its nodes. */
public record DiscoveryProvider(Long chain, Boolean whitelisted, Boolean blacklisted, List<ProviderNode> nodes) {
    public static final int MAX_NODES = 1_000;

    public DiscoveryProvider {
        nodes = nodes == null ? List.of() : List.copyOf(nodes);
        new Checks()
                .present("chain", chain)
                .range("chain", chain, 1, Long.MAX_VALUE)
                .present("whitelisted", whitelisted)
                .present("blacklisted", blacklisted)
                .size("nodes", nodes, MAX_NODES)
                .that(
                        "nodes",
                        nodes.stream().map(ProviderNode::address).distinct().count() == nodes.size(),
                        "must have each address once")
                .done();
    }
}
