package io.pithead.miner.chain.core;

import io.pithead.protocol.chain.ChainTerms;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.Hex;
import io.pithead.protocol.signing.Keccak;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A chain and the contracts on it that are relied on, by name. */
public record Network(long chain, Map<String, Contract> contracts) {
    public static final String TOKEN = "AiToken";
    public static final String PROVIDERS = "ProviderRegistry";
    public static final String NODES = "ComputeNodes";
    public static final String RUNS = "Runs";
    public static final String MEMBERSHIPS = "Memberships";
    public static final String REWARDS = "Rewards";
    /** Without these nothing here works. */
    public static final List<String> NEEDED = List.of(TOKEN, PROVIDERS, NODES, RUNS, MEMBERSHIPS, REWARDS);

    private static final int MAX_CONTRACTS = 64;
    private static final String NAME = "[A-Za-z][A-Za-z0-9]{0,63}";

    /** @param codeHash Keccak-256 of the code that must be there */
    public record Contract(Address address, String codeHash) {}

    public Network {
        contracts = Map.copyOf(contracts);
    }

    /** @throws IllegalArgumentException that says what is wrong with what was told */
    public static Network of(ChainTerms terms) {
        if (terms.chainId() < 1 || terms.contracts().size() > MAX_CONTRACTS) {
            throw new IllegalArgumentException("it has no good chain, or too many contracts");
        }
        var contracts = new TreeMap<String, Contract>();
        for (ChainTerms.Contract told : terms.contracts()) {
            if (told.name() == null || !told.name().matches(NAME)) {
                throw new IllegalArgumentException("a contract has no good name");
            }
            Address address = Address.parse(String.valueOf(told.address()))
                    .orElseThrow(() -> new IllegalArgumentException(told.name() + " has no good address"));
            String hash = Hex.parse(String.valueOf(told.codeHash()), Keccak.BYTES)
                    .map(Hex::text)
                    .orElseThrow(() -> new IllegalArgumentException(told.name() + " has no good code hash"));
            if (contracts.put(told.name(), new Contract(address, hash)) != null) {
                throw new IllegalArgumentException(told.name() + " is named twice");
            }
        }
        List<String> missing =
                NEEDED.stream().filter(name -> !contracts.containsKey(name)).toList();
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("it has no " + String.join(", ", missing));
        }
        return new Network(terms.chainId(), contracts);
    }

    public Address at(String contract) {
        Contract known = contracts.get(contract);
        if (known == null) {
            throw new IllegalArgumentException("no contract " + contract);
        }
        return known.address();
    }

    /** What the other one says differently of what is relied on here. */
    public List<String> differences(Network other) {
        var differences = new ArrayList<String>();
        if (chain != other.chain) {
            differences.add("the chain was " + chain + " and is " + other.chain);
        }
        new TreeMap<>(contracts).forEach((name, known) -> {
            Contract now = other.contracts.get(name);
            if (now == null) {
                differences.add(name + " is missing");
            } else if (!now.address().equals(known.address())) {
                differences.add(name + " was at " + known.address().checksummed() + " and is at "
                        + now.address().checksummed());
            } else if (!now.codeHash().equals(known.codeHash())) {
                differences.add(name + " was confirmed with other code");
            }
        });
        return differences;
    }
}
