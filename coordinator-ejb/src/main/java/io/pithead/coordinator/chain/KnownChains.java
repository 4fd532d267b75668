package io.pithead.coordinator.chain;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The chains that this instance works with, for whoever wants something of their contracts: where these are, and the key that
 * sends. One whose contracts are still being deployed is known without any.
 */
@ApplicationScoped
public class KnownChains {
    private final Map<Long, Known> chains = new ConcurrentHashMap<>();
    private final Map<Long, Supplier<Endpoints>> nodes = new ConcurrentHashMap<>();

    /**
     * @param contracts by their names
     * @param key nothing where the chain is only read
     */
    public record Known(
            long chainId,
            String name,
            Map<String, Contract> contracts,
            @Nullable SigningKey key) {
        public Known {
            contracts = Map.copyOf(contracts);
        }

        public boolean has(String contract) {
            return contracts.containsKey(contract);
        }

        /** @throws IllegalArgumentException when it is not there, or not yet */
        public String address(String contract) {
            Contract found = contracts.get(contract);
            if (found == null) {
                throw new IllegalArgumentException("chain " + name + " has no " + contract);
            }
            return found.address();
        }
    }

    /** @param codeHash Keccak-256 of the code that is there */
    public record Contract(String address, String codeHash) {}

    /** By their ids. */
    public List<Known> all() {
        return chains.values().stream()
                .sorted(Comparator.comparingLong(Known::chainId))
                .toList();
    }

    public Optional<Known> find(long chainId) {
        return Optional.ofNullable(chains.get(chainId));
    }

    /** What a contract answers at the newest block. For what cannot be had from the projection: each asks a node. */
    byte[] read(long chainId, Intent call) throws RpcException {
        Supplier<Endpoints> open = nodes.get(chainId);
        if (open == null) {
            throw new RpcException("there is no such chain");
        }
        // of its own: they are not thread-safe, and learn by themselves which node is to be trusted
        Rpc.Answer answer = open.get()
                .call(List.of(Rpc.Call.of(
                        "eth_call",
                        Map.of("to", String.valueOf(call.target()), "data", Hex.of(call.data())),
                        "latest")))
                .getFirst();
        return Hex.bytes(answer.orThrow());
    }

    /** @param open nodes to ask, anew for each asker */
    void know(ChainSettings chain, @Nullable SigningKey key, Supplier<Endpoints> open) {
        nodes.put(chain.chainId(), open);
        var contracts = new HashMap<String, Contract>();
        chain.contracts()
                .forEach(
                        (name, contract) -> contracts.put(name, new Contract(contract.address(), contract.codeHash())));
        chains.put(chain.chainId(), new Known(chain.chainId(), chain.name(), contracts, key));
    }
}
