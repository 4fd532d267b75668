package io.pithead.miner.chain;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.chain.core.Network;
import io.pithead.protocol.chain.ChainTerms;
import io.pithead.protocol.chain.PublicChains;
import io.pithead.protocol.signing.Hex;
import io.pithead.protocol.signing.Keccak;
import io.pithead.testing.AnvilProcess;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint128;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint48;
import org.web3j.abi.datatypes.generated.Uint64;

/** A real chain of its own with our contracts, deployed by an account that the program gives money to and that has every role. */
final class TestChain implements AutoCloseable {
    static final long ID = 31_337;
    static final Duration MINUTE = Duration.ofMinutes(1);

    private static final int TRIES = 300;

    private final AnvilProcess process;
    private final HttpNode node;
    final io.pithead.protocol.signing.Address operator;
    private final Map<String, String> made = new LinkedHashMap<>();

    TestChain() throws Exception {
        process = new AnvilProcess(ID);
        node = new HttpNode(url(), Duration.ofSeconds(10));
        operator = new io.pithead.protocol.signing.Address(
                ask("eth_accounts").path(0).asText());
        deploy();
    }

    URI url() {
        return process.url();
    }

    JsonNode ask(String method, Object... params) throws RpcException {
        return node.call(method, List.of(params));
    }

    private void deploy() throws Exception {
        var self = new Address(operator.text());
        var people = new DynamicArray<>(Address.class, List.of(self));
        deploy("Timelock", Uint256.DEFAULT, people, people);
        deploy("AiToken", self, Uint48.DEFAULT, number(BigInteger.TEN.pow(15)));
        governed(
                "ProviderRegistry",
                at("AiToken"),
                new Uint128(100_000_000),
                new Uint128(50_000_000),
                self,
                minute(),
                minute(),
                minute());
        governed("Runs");
        governed("Rewards", at("AiToken"), minute());
        governed("ComputeNodes", at("ProviderRegistry"), at("Runs"));
        governed("Memberships", at("Runs"), at("ComputeNodes"));
        grant("AiToken", "MINTER", operator.text());
        grant("ProviderRegistry", "NODES", made.getOrDefault("ComputeNodes", ""));
        grant("ProviderRegistry", "OPERATOR", operator.text());
        grant("ComputeNodes", "PLACER", made.getOrDefault("Memberships", ""));
        grant("ComputeNodes", "VERDICT", operator.text());
        grant("Rewards", "POSTER", operator.text());
    }

    private static Uint64 minute() {
        return new Uint64(MINUTE.toSeconds());
    }

    private static Uint256 number(BigInteger number) {
        return new Uint256(number);
    }

    private Address at(String name) {
        return new Address(made.getOrDefault(name, ""));
    }

    private void governed(String name, Type<?>... more) throws Exception {
        var arguments = new ArrayList<Type<?>>(List.of(new Address(operator.text()), at("Timelock"), Uint48.DEFAULT));
        arguments.addAll(List.of(more));
        deploy(name, arguments.toArray(new Type<?>[0]));
    }

    private void deploy(String name, Type<?>... arguments) throws Exception {
        String constructor = FunctionEncoder.encodeConstructor(List.of(arguments));
        JsonNode receipt = send(Map.of("from", operator.text(), "data", code(name) + constructor));
        made.put(name, receipt.path("contractAddress").asText());
    }

    private static String code(String name) throws IOException {
        try (InputStream in = TestChain.class.getResourceAsStream("/io/pithead/contracts/bin/" + name + ".bin")) {
            String hex =
                    new String(java.util.Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII).strip();
            return hex.startsWith("0x") ? hex : "0x" + hex;
        }
    }

    private void grant(String contract, String role, String account) throws Exception {
        operate(
                contract,
                "grantRole",
                new Bytes32(Keccak.digest(role.getBytes(StandardCharsets.UTF_8))),
                new Address(account));
    }

    /** By the one with every role. */
    void operate(String contract, String function, Type<?>... arguments) throws Exception {
        send(Map.of(
                "from",
                operator.text(),
                "to",
                made.getOrDefault(contract, ""),
                "data",
                Chain.encoded(function, arguments)));
    }

    private JsonNode send(Map<String, String> transaction) throws Exception {
        String hash = ask("eth_sendTransaction", transaction).asText();
        for (int i = 0; i < TRIES; i++) {
            JsonNode receipt = ask("eth_getTransactionReceipt", hash);
            if (receipt.isObject()) {
                if (!receipt.path("status").asText().equals("0x1")) {
                    throw new AssertionError("it failed: " + transaction.get("to"));
                }
                return receipt;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError("it is in no block");
    }

    /** Coins for gas, and tokens. */
    void enrich(io.pithead.protocol.signing.Address account, long minor) throws Exception {
        ask("anvil_setBalance", account.text(), "0x" + BigInteger.TEN.pow(18).toString(16));
        operate("AiToken", "mint", new Address(account.text()), number(BigInteger.valueOf(minor)));
    }

    void later(Duration by) throws RpcException {
        ask("evm_increaseTime", by.toSeconds());
        ask("evm_mine");
    }

    /** Whether transactions get into blocks at once. */
    void mine(boolean at) throws RpcException {
        ask("evm_setAutomine", at);
        if (at) {
            ask("evm_mine");
        }
    }

    Network network() throws RpcException {
        return Network.of(chains().chains().getFirst());
    }

    /** What a coordinator would say of it. */
    PublicChains chains() throws RpcException {
        var contracts = new ArrayList<ChainTerms.Contract>();
        for (var one : made.entrySet()) {
            byte[] code = Wire.bytes(ask("eth_getCode", one.getValue(), "latest"));
            contracts.add(new ChainTerms.Contract(one.getKey(), one.getValue(), Hex.text(Keccak.digest(code))));
        }
        return new PublicChains(List.of(new ChainTerms(ID, "dev", true, contracts, operator.text())));
    }

    @Override
    public void close() throws Exception {
        node.close();
        process.close();
    }
}
