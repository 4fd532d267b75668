package io.pithead.coordinator.chain;

import io.pithead.coordinator.chain.ChainGateway.Asked;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint128;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint48;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.crypto.ContractUtils;
import org.web3j.crypto.Hash;

/**
 * Puts our contracts on a development chain: each transaction is asked of the gateway, once, so a start that was killed is
 * gone on with by the next. The one key has every role but one; the delays are short or none.
 */
final class DevDeployment {
    private static final BigInteger AI = BigInteger.TEN.pow(6);
    private static final BigInteger CAP = AI.multiply(BigInteger.TEN.pow(9));
    private static final BigInteger MINIMUM_STAKE = AI.multiply(BigInteger.valueOf(100));
    private static final BigInteger STAKE_PER_NODE = AI.multiply(BigInteger.valueOf(50));
    private static final BigInteger HARD_SLASH = AI.multiply(BigInteger.valueOf(20));
    private static final BigInteger MINUTE = BigInteger.valueOf(60);

    /**
     * Decides appeals, which nobody does against its own proposals: the second account of the mnemonic that development chains
     * begin with, whose key everybody has.
     */
    static final String ARBITER = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";

    /** Each stage names what the stages before have made. */
    private static final List<List<String>> STAGES = List.of(
            List.of("Timelock", "AiToken"),
            List.of("ProviderRegistry", "Runs", "Validators", "Rewards"),
            List.of("ComputeNodes", "RunEscrow"),
            List.of("Memberships"),
            List.of("WorkReceipts"));

    private final Database database;
    private final ChainGateway gateway;
    private final long chainId;
    private final String key;

    DevDeployment(Database database, ChainGateway gateway, long chainId, String key) {
        this.database = database;
        this.gateway = gateway;
        this.chainId = chainId;
        this.key = key;
    }

    /** A deployment that will not come about by itself. */
    static final class FailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FailedException(String purpose, String reason) {
            super(purpose + ": " + reason, null, false, false);
        }
    }

    /**
     * Asks for what can be asked for now.
     *
     * @return the contracts' addresses once everything is final
     */
    Optional<Map<String, String>> round() {
        return database.inTransaction(this::round);
    }

    private Optional<Map<String, String>> round(Connection connection) throws SQLException {
        var made = new LinkedHashMap<String, String>();
        for (List<String> stage : STAGES) {
            for (String name : stage) {
                String purpose = "deploy/" + name;
                ask(connection, purpose, deployment(name, made::get));
                OptionalLong nonce = minedNonce(connection, purpose);
                nonce.ifPresent(
                        given -> made.put(name, ContractUtils.generateContractAddress(key, BigInteger.valueOf(given))));
            }
            if (!made.keySet().containsAll(stage)) {
                return Optional.empty();
            }
        }
        boolean all = true;
        for (Grant grant : grants(made)) {
            all &= ask(connection, grant.purpose(), grant.intent());
        }
        return all && isFinal(connection) ? Optional.of(made) : Optional.empty();
    }

    /** @return whether it is done */
    private boolean ask(Connection connection, String purpose, Intent intent) throws SQLException {
        gateway.ask(connection, chainId, key, purpose, intent);
        Asked asked = gateway.find(connection, chainId, purpose).orElseThrow();
        if (asked.state().isOver() && asked.state() != ChainGateway.State.DONE) {
            throw new FailedException(purpose, String.valueOf(asked.error()));
        }
        return asked.state() == ChainGateway.State.DONE;
    }

    private OptionalLong minedNonce(Connection connection, String purpose) throws SQLException {
        try (var select = connection.prepareStatement(
                "select nonce from chain_transaction where chain_id = ? and purpose = ? and succeeded")) {
            new Columns(connection, select).set(chainId).set(purpose);
            try (var row = select.executeQuery()) {
                return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    private boolean isFinal(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("select count(*) from chain_transaction"
                + " where chain_id = ? and purpose like 'deploy/%' and state <> 'DONE'")) {
            new Columns(connection, select).set(chainId);
            try (var row = select.executeQuery()) {
                row.next();
                return row.getLong(1) == 0;
            }
        }
    }

    /** No contract is older. */
    long firstBlock() {
        return database.withConnection(connection -> {
            try (var select = connection.prepareStatement(
                    "select min(block) from chain_transaction where chain_id = ? and purpose like 'deploy/%'")) {
                new Columns(connection, select).set(chainId);
                try (var row = select.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                }
            }
        });
    }

    private Intent deployment(String name, Function<String, String> at) {
        return switch (name) {
            case "Timelock" -> of(name, Uint256.DEFAULT, people(), people());
            case "AiToken" -> of(name, new Address(key), Uint48.DEFAULT, new Uint256(CAP));
            case "ProviderRegistry" ->
                governed(
                        name,
                        at,
                        address(at, "AiToken"),
                        new Uint128(MINIMUM_STAKE),
                        new Uint128(STAKE_PER_NODE),
                        new Address(key),
                        new Uint64(MINUTE),
                        new Uint64(MINUTE),
                        new Uint64(MINUTE));
            case "Runs" -> governed(name, at);
            case "Validators" -> validators(name, at);
            case "Rewards" -> governed(name, at, address(at, "AiToken"), new Uint64(MINUTE));
            case "ComputeNodes" -> governed(name, at, address(at, "ProviderRegistry"), address(at, "Runs"));
            case "RunEscrow" ->
                governed(
                        name,
                        at,
                        address(at, "AiToken"),
                        address(at, "Runs"),
                        address(at, "Rewards"),
                        new Uint64(MINUTE));
            case "Memberships" -> governed(name, at, address(at, "Runs"), address(at, "ComputeNodes"));
            case "WorkReceipts" ->
                governed(
                        name,
                        at,
                        address(at, "Runs"),
                        address(at, "Memberships"),
                        address(at, "ComputeNodes"),
                        address(at, "ProviderRegistry"),
                        address(at, "Validators"),
                        new Uint64(MINUTE),
                        new Uint128(HARD_SLASH));
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Address address(Function<String, String> at, String name) {
        return new Address(at.apply(name));
    }

    private static Intent of(String name, Type<?>... arguments) {
        return Calls.deployment(ContractFiles.code(name), arguments);
    }

    /** Structs of fixed size lie in the call as their members do. */
    private Intent governed(String name, Function<String, String> at, Type<?>... more) {
        var arguments = new Type<?>[3 + more.length];
        arguments[0] = new Address(key);
        arguments[1] = address(at, "Timelock");
        arguments[2] = Uint48.DEFAULT;
        System.arraycopy(more, 0, arguments, 3, more.length);
        return of(name, arguments);
    }

    /** One validator, which is a quorum: others join by transactions. */
    private Intent validators(String name, Function<String, String> at) {
        return governed(name, at, people(), new Uint256(BigInteger.ONE));
    }

    private DynamicArray<Address> people() {
        return new DynamicArray<>(Address.class, List.of(new Address(key)));
    }

    /** @param to a contract, or nothing for the key */
    private record Grant(String contract, String at, String role, String to, String account) {
        String purpose() {
            return "grant/" + contract + "/" + role + "/" + to;
        }

        Intent intent() {
            return Calls.call(
                    at,
                    "grantRole",
                    new Bytes32(Hash.sha3(role.getBytes(StandardCharsets.UTF_8))),
                    new Address(account));
        }
    }

    private List<Grant> grants(Map<String, String> made) {
        var grants = new ArrayList<Grant>();
        grants.add(grant(made, "AiToken", "MINTER", ""));
        grants.add(grant(made, "ProviderRegistry", "NODES", "ComputeNodes"));
        grants.add(grant(made, "ProviderRegistry", "SLASHER", "WorkReceipts"));
        grants.add(grant(made, "ProviderRegistry", "SLASHER", ""));
        grants.add(new Grant(
                "ProviderRegistry", made.getOrDefault("ProviderRegistry", ""), "ARBITER", "arbiter", ARBITER));
        grants.add(grant(made, "ComputeNodes", "PLACER", "Memberships"));
        grants.add(grant(made, "ComputeNodes", "VERDICT", "Validators"));
        grants.add(grant(made, "ComputeNodes", "EJECTOR", "WorkReceipts"));
        grants.add(grant(made, "ComputeNodes", "EJECTOR", ""));
        for (String target : List.of("ComputeNodes", "WorkReceipts", "Rewards")) {
            grants.add(grant(made, "Validators", "TARGET", target));
        }
        grants.add(grant(made, "WorkReceipts", "VERDICT", "Validators"));
        grants.add(grant(made, "Rewards", "VERDICT", "Validators"));
        grants.add(grant(made, "Rewards", "POSTER", ""));
        for (String governed : made.keySet()) {
            if (!governed.equals("AiToken") && !governed.equals("Timelock")) {
                grants.add(grant(made, governed, "OPERATOR", ""));
                grants.add(grant(made, governed, "PAUSER", ""));
            }
        }
        return grants;
    }

    private Grant grant(Map<String, String> made, String contract, String role, String to) {
        return new Grant(
                contract,
                made.getOrDefault(contract, ""),
                role,
                to.isEmpty() ? "operator" : to,
                to.isEmpty() ? key : made.getOrDefault(to, ""));
    }
}
