package io.pithead.coordinator.chain;

import io.pithead.coordinator.chain.core.FeePolicy;
import io.pithead.coordinator.chain.core.Finality;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One chain, as {@code chains.json} has it, checked.
 *
 * @param contracts by their names
 * @param window how many of the newest blocks are remembered: the deepest reorganisation that is undone
 * @param inFlight transactions of one key that may wait for a block
 * @param deploy a development chain whose contracts are still to be deployed
 */
record ChainSettings(
        String name,
        long chainId,
        List<URI> rpc,
        Map<String, Contract> contracts,
        long deployBlock,
        Finality finality,
        long maxLogRange,
        Duration poll,
        int window,
        FeePolicy fees,
        int inFlight,
        Optional<KeyFiles> key,
        boolean deploy) {
    ChainSettings {
        rpc = List.copyOf(rpc);
        contracts = Map.copyOf(contracts);
    }

    /** @param codeHash Keccak-256 of the code that must be there */
    record Contract(String address, String codeHash) {}

    /** Where the key that sends lies. */
    record KeyFiles(Path keystore, Path password) {}

    Endpoints.Identity identity() {
        return new Endpoints.Identity(
                chainId, contracts.values().stream().collect(Collectors.toMap(Contract::address, Contract::codeHash)));
    }

    ChainSettings withContracts(Map<String, Contract> deployed, long firstBlock) {
        return new ChainSettings(
                name,
                chainId,
                rpc,
                deployed,
                firstBlock,
                finality,
                maxLogRange,
                poll,
                window,
                fees,
                inFlight,
                key,
                false);
    }
}
