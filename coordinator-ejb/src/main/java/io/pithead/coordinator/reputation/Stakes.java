package io.pithead.coordinator.reputation;

import io.pithead.coordinator.chain.ChainStates;
import io.pithead.coordinator.chain.KnownChains;
import io.pithead.coordinator.discovery.core.ChainReading;
import io.pithead.coordinator.discovery.core.ChainReading.NodeRow;
import io.pithead.coordinator.discovery.core.Standing.StakeTerms;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What stands behind nodes on the chains: by their addresses, of what their provider must stake, the share that it does. */
@ApplicationScoped
class Stakes {
    @Inject
    KnownChains chains;

    /** Of several chains the best one counts. Whoever is on none has nothing behind it, and is not in the answer. */
    Map<String, Double> of(Connection connection, Collection<String> addresses) throws SQLException {
        var shares = new HashMap<String, Double>();
        if (addresses.isEmpty()) {
            return shares;
        }
        for (KnownChains.Known chain : chains.all()) {
            for (Map.Entry<String, Double> one :
                    of(connection, chain.chainId(), addresses).entrySet()) {
                shares.merge(one.getKey(), one.getValue(), Math::max);
            }
        }
        return shares;
    }

    static Map<String, Double> of(Connection connection, long chain, Collection<String> addresses) throws SQLException {
        Optional<StakeTerms> terms =
                ChainReading.terms(ChainStates.newest(connection, chain, "provider_parameters", List.of(""))
                        .getOrDefault("", Map.of()));
        if (terms.isEmpty()) {
            return Map.of();
        }
        var owners = new HashMap<String, String>();
        ChainStates.newest(connection, chain, "node", addresses)
                .forEach((address, body) -> ChainReading.node(address, body)
                        .filter(node -> !node.ejected())
                        .map(NodeRow::provider)
                        .ifPresent(provider -> owners.put(address, provider)));
        var behind = new HashMap<String, Double>();
        ChainStates.newest(connection, chain, "provider", List.copyOf(owners.values()))
                .forEach((address, body) -> behind.put(
                        address,
                        ChainReading.staked(body)
                                .map(staked -> share(staked, terms.get()))
                                .orElse(0.0)));
        var shares = new HashMap<String, Double>();
        owners.forEach((node, provider) -> shares.put(node, behind.getOrDefault(provider, 0.0)));
        return shares;
    }

    private static double share(ChainReading.Staked staked, StakeTerms terms) {
        BigInteger required = terms.required(staked.nodes());
        return required.signum() == 0
                ? 1
                : Math.min(
                        1,
                        new BigDecimal(staked.amount())
                                .divide(new BigDecimal(required), MathContext.DECIMAL64)
                                .doubleValue());
    }
}
