package io.pithead.miner.cli;

import io.pithead.miner.chain.Chain;
import io.pithead.miner.chain.ChainException;
import io.pithead.miner.chain.Contracts;
import io.pithead.miner.chain.PinFile;
import io.pithead.miner.chain.core.Network;
import io.pithead.miner.chain.core.NodeState;
import io.pithead.miner.chain.core.Standing;
import io.pithead.miner.config.OwnerConfig;
import io.pithead.protocol.keystore.KeyFile;
import io.pithead.protocol.keystore.KeyFileException;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.signing.Address;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What the chain says of a node and its provider, or why that is not known; nothing that is shown by it needs a password. */
record ChainView(long chain, Optional<Node> node, Optional<Provider> provider, String problem) {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int COLUMN = 13;

    record Node(Address address, NodeState state, long run) {}

    record Provider(Address address, Standing standing, BigInteger stake, BigInteger required, long nodes) {}

    /** Of the key files' own word for their addresses. Empty where no chain is set. */
    static Optional<ChainView> ofFiles(OwnerConfig config) {
        return read(
                config, address(config.stake().file()), address(config.node().file()));
    }

    private static Optional<Address> address(Path file) {
        try {
            return Files.exists(file) ? KeyFile.address(file) : Optional.empty();
        } catch (IOException | KeyFileException e) {
            return Optional.empty();
        }
    }

    static Optional<ChainView> read(OwnerConfig config, Optional<Address> provider, Optional<Address> node) {
        if (!config.chain().isOn()) {
            return Optional.empty();
        }
        try {
            Optional<Network> network = new PinFile(config.workDir()).read();
            return Optional.of(
                    network.isEmpty()
                            ? failed("no contracts are confirmed yet: pithead-miner register")
                            : read(config, network.get(), provider, node));
        } catch (ChainException e) {
            return Optional.of(failed(String.valueOf(e.getMessage())));
        }
    }

    private static ChainView read(
            OwnerConfig config, Network network, Optional<Address> provider, Optional<Address> node)
            throws ChainException {
        try (var chain = new Chain(config.chain().rpc(), DEADLINE, OptionalLong.of(network.chain()))) {
            var contracts = new Contracts(chain, network);
            contracts.check(List.of(Network.PROVIDERS, Network.NODES));
            Optional<Node> shown = Optional.empty();
            Optional<Address> owner = provider;
            if (node.isPresent()) {
                Contracts.Node found = contracts.node(node.get());
                shown = Optional.of(new Node(node.get(), found.state(), found.run()));
                owner = found.provider().or(() -> provider);
            }
            Optional<Provider> of = owner.isEmpty() ? Optional.empty() : Optional.of(provider(contracts, owner.get()));
            return new ChainView(network.chain(), shown, of, "");
        }
    }

    private static Provider provider(Contracts contracts, Address address) throws ChainException {
        Contracts.Provider found = contracts.provider(address);
        return new Provider(
                address,
                contracts.standing(address),
                found.stake(),
                contracts.requiredStake(found.nodes()),
                found.nodes());
    }

    private static ChainView failed(String why) {
        return new ChainView(0, Optional.empty(), Optional.empty(), why);
    }

    Map<String, Object> document() {
        var document = new LinkedHashMap<String, Object>();
        if (!problem.isEmpty()) {
            document.put("problem", problem);
            return document;
        }
        document.put("chain", chain);
        node.ifPresent(one -> document.put(
                "node",
                Map.of(
                        "address",
                        one.address().checksummed(),
                        "state",
                        one.state().name(),
                        "run",
                        one.run())));
        provider.ifPresent(one -> document.put(
                "provider",
                Map.of(
                        "address",
                        one.address().checksummed(),
                        "standing",
                        one.standing().name(),
                        "stake",
                        Money.format(one.stake()),
                        "required",
                        Money.format(one.required()),
                        "nodes",
                        one.nodes())));
        return document;
    }

    List<String> lines() {
        if (!problem.isEmpty()) {
            return List.of(line("chain", "not known: " + problem));
        }
        var lines = new ArrayList<String>();
        lines.add(line("chain", Long.toString(chain)));
        node.ifPresent(one -> lines.add(line(
                "node",
                one.address().checksummed() + " " + one.state().words()
                        + (one.run() == 0 ? "" : ", run " + one.run()))));
        provider.ifPresent(one -> {
            lines.add(line(
                    "provider",
                    one.address().checksummed() + " " + one.standing().words()));
            lines.add(line(
                    "stake",
                    Money.format(one.stake()) + ", its " + one.nodes() + " nodes need "
                            + Money.format(one.required())));
        });
        return lines;
    }

    private static String line(String name, String value) {
        return name + " ".repeat(COLUMN - name.length()) + value;
    }
}
