package io.pithead.coordinator.discovery.core;

import java.math.BigInteger;
import java.util.Optional;

/** How a provider stands with its chain's {@code ProviderRegistry}, whose {@code standingOf} this follows. */
public enum Standing {
    UNKNOWN,
    NOT_WHITELISTED,
    /** It has staked less than its nodes need. */
    UNDERSTAKED,
    GOOD,
    BLACKLISTED;

    /** What must be staked at least, and for each node on top. */
    public record StakeTerms(BigInteger minimum, BigInteger perNode) {
        public BigInteger required(BigInteger nodes) {
            return minimum.add(perNode.multiply(nodes));
        }
    }

    /** What the chain says of one provider. */
    public record Provider(
            boolean registered, boolean whitelisted, boolean blacklisted, BigInteger stake, BigInteger nodes) {}

    /** @param terms nothing while they are not known: then nobody is good */
    static Standing of(Provider provider, Optional<StakeTerms> terms) {
        if (provider.blacklisted()) {
            return BLACKLISTED;
        }
        if (!provider.registered()) {
            return UNKNOWN;
        }
        if (!provider.whitelisted()) {
            return NOT_WHITELISTED;
        }
        return terms.map(known -> provider.stake().compareTo(known.required(provider.nodes())) < 0 ? UNDERSTAKED : GOOD)
                .orElse(UNKNOWN);
    }
}
