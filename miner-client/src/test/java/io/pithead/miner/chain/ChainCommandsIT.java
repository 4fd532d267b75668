package io.pithead.miner.chain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.cli.Cli;
import io.pithead.miner.testing.Members;
import io.pithead.miner.testing.TestCoordinator;
import io.pithead.protocol.chain.ChainTerms;
import io.pithead.protocol.chain.PublicChains;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.keystore.KeyFile;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.run.Invite;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.ContractMessages;
import io.pithead.protocol.signing.Hex;
import io.pithead.protocol.signing.MerkleTree;
import io.pithead.protocol.signing.RecoverableSignature;
import io.pithead.protocol.signing.WalletKey;
import io.pithead.protocol.wallet.Claim;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.StaticStruct;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint16;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint8;
import org.web3j.abi.datatypes.generated.Uint96;

/** The owner's commands against the real contracts on a real chain. */
class ChainCommandsIT {
    private static final char[] PASSWORD = "correct horse".toCharArray();

    @TempDir
    private Path temp;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private TestChain chain;
    private TestCoordinator coordinator;
    private WalletKey stake;
    private WalletKey node;
    private Path conf;

    @BeforeEach
    void open() throws Exception {
        chain = new TestChain();
        coordinator = new TestCoordinator();
        coordinator.tellChains(chain.chains());
        Path password = secret("password", new String(PASSWORD));
        stake = key("stake.json");
        node = key("node.json");
        chain.enrich(stake.address(), 1_000_000_000);
        conf = secret(
                "miner.conf",
                String.join(
                        "\n",
                        "COORD_URL=" + coordinator.url(),
                        "API_KEY=" + TestCoordinator.KEY,
                        "MINER_ID=test-miner",
                        "CONTAINERS=off",
                        "WORKLOADS=none",
                        "WORK_DIR=" + temp.resolve("work"),
                        "CHAIN_RPC=" + chain.url(),
                        "STAKE_WALLET_FILE=" + temp.resolve("stake.json"),
                        "STAKE_PASSWORD_FILE=" + password,
                        "WALLET_FILE=" + temp.resolve("node.json"),
                        "WALLET_PASSWORD_FILE=" + password));
    }

    @AfterEach
    void close() throws Exception {
        coordinator.close();
        chain.close();
    }

    private Path secret(String name, String text) throws Exception {
        Path file = Files.writeString(temp.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private WalletKey key(String name) throws Exception {
        WalletKey key = WalletKey.generate(new SecureRandom());
        KeyFile.create(temp.resolve(name), key, PASSWORD, new SecureRandom());
        return key;
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var all = new ArrayList<>(List.of(arguments));
        all.add("--config=" + conf);
        return Cli.build()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    private JsonNode json() throws Exception {
        return Json.tree(out.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void assertDone(String... arguments) {
        assertThat(run(arguments)).as(err.toString() + out).isZero();
    }

    private BigInteger tokens(Address of) throws Exception {
        try (var client = new Chain(List.of(chain.url()), Duration.ofSeconds(10), OptionalLong.empty())) {
            return new Contracts(client, chain.network()).tokens(of);
        }
    }

    private static org.web3j.abi.datatypes.Address of(Address address) {
        return new org.web3j.abi.datatypes.Address(address.text());
    }

    private static Uint256 number(long number) {
        return new Uint256(BigInteger.valueOf(number));
    }

    @Test
    void a_provider_registers_with_its_node_stakes_takes_stake_out_and_leaves() throws Exception {
        assertDone("register", "--yes", "--json");
        assertThat(json().path("standing").asText()).isEqualTo("NOT_WHITELISTED");
        assertThat(json().path("state").asText()).isEqualTo("REGISTERED");
        assertThat(json().path("transactions")).hasSize(2);
        assertThat(Files.getPosixFilePermissions(temp.resolve("work/chain.json")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(tokens(stake.address())).isEqualTo(850_000_000);

        assertDone("register", "--yes", "--json");
        assertThat(json().path("transactions")).as("it is all there").isEmpty();

        chain.operate("ProviderRegistry", "whitelist", of(stake.address()));
        run("status", "--json");
        assertThat(json().path("chain").path("node").path("state").asText()).isEqualTo("REGISTERED");
        assertThat(json().path("chain").path("provider").path("standing").asText())
                .isEqualTo("GOOD");
        assertDone("wallet", "show");
        assertThat(out.toString())
                .contains("waits for the validators", "stake        150.000000, its 1 nodes need 150");

        assertDone("stake", "10", "--yes", "--json");
        assertThat(json().path("stake").asText()).isEqualTo("160.000000");
        assertThat(run("unstake", "10.5", "--yes")).isEqualTo(1);
        assertThat(err.toString()).contains("no more than 10.000000");
        assertDone("unstake", "--all", "--yes", "--json");
        assertThat(json().path("unbonding").path(0).path("amount").asText()).isEqualTo("10.000000");
        assertDone("unstake", "--withdraw", "--yes");
        assertThat(out.toString()).contains("nothing has matured");
        chain.later(TestChain.MINUTE.plusSeconds(1));
        assertDone("unstake", "--withdraw", "--yes");
        assertThat(tokens(stake.address())).isEqualTo(850_000_000);

        assertDone("deregister", "--yes", "--json");
        assertThat(json().path("unbonding").path(0).path("amount").asText()).isEqualTo("150.000000");
        assertDone("deregister", "--yes", "--json");
        assertThat(json().path("transactions")).isEmpty();
        chain.later(TestChain.MINUTE.plusSeconds(1));
        assertDone("unstake", "--withdraw", "--yes");
        assertThat(tokens(stake.address())).isEqualTo(1_000_000_000);

        assertDone("register", "--yes", "--json");
        assertThat(json().path("transactions")).as("one who left may come back").hasSize(2);
    }

    @Test
    void nobody_is_asked_where_nobody_sits_and_nothing_is_sent_then() throws Exception {
        assertThat(run("register")).isEqualTo(2);
        assertThat(err.toString()).contains("--yes");
        assertThat(temp.resolve("work/chain.json")).doesNotExist();
        assertThat(tokens(stake.address())).isEqualTo(1_000_000_000);
    }

    @Test
    void contracts_that_change_after_they_were_confirmed_get_nothing() throws Exception {
        assertDone("register", "--yes");
        String pinned = Files.readString(temp.resolve("work/chain.json"));
        List<ChainTerms.Contract> others = chain.chains().chains().getFirst().contracts().stream()
                .map(one -> one.name().equals("ProviderRegistry")
                        ? new ChainTerms.Contract(one.name(), stake.address().text(), one.codeHash())
                        : one)
                .toList();
        coordinator.tellChains(new PublicChains(List.of(new ChainTerms(TestChain.ID, "dev", true, others, null))));
        assertThat(run("register", "--yes")).isEqualTo(1);
        assertThat(err.toString()).contains("ProviderRegistry was at", "Nothing was sent");
        assertThat(temp.resolve("work/chain.json")).hasContent(pinned);

        Files.delete(temp.resolve("work/chain.json"));
        assertThat(run("register", "--yes")).isEqualTo(1);
        assertThat(err.toString()).contains("ProviderRegistry is not at");
        assertThat(temp.resolve("work/chain.json")).doesNotExist();
    }

    @Test
    void a_stake_whose_command_ended_before_the_block_is_found_again_and_staked_once() throws Exception {
        assertDone("register", "--yes");
        chain.mine(false);
        assertThat(run("stake", "5", "--yes", "--wait=1")).isEqualTo(3);
        assertThat(err.toString()).contains("not sent twice");
        assertThat(run("stake", "5", "--yes", "--wait=1")).isEqualTo(3);
        chain.mine(true);
        assertDone("stake", "5", "--yes", "--json");
        assertThat(json().path("stake").asText()).isEqualTo("155.000000");
        assertThat(json().path("transactions")).hasSize(1);
        assertDone("stake", "5", "--yes", "--json");
        assertThat(json().path("stake").asText()).as("asked for anew").isEqualTo("160.000000");
    }

    @Test
    void a_contracts_refusal_is_said_with_what_can_be_done() throws Exception {
        assertDone("register", "--yes");
        chain.operate("ProviderRegistry", "grantRole", new Bytes32(role("PAUSER")), of(chain.operator));
        chain.operate("ProviderRegistry", "pause");
        assertThat(run("stake", "5", "--yes")).isEqualTo(1);
        assertThat(err.toString()).contains("EnforcedPause", "is paused", "Nothing was sent");
    }

    private static byte[] role(String name) {
        return io.pithead.protocol.signing.Keccak.digest(name.getBytes(StandardCharsets.UTF_8));
    }

    private Claim claim(MerkleTree tree, String cumulative) throws Exception {
        return new Claim(
                TestChain.ID,
                chain.network().at("Rewards").text(),
                stake.address().text(),
                1L,
                Hex.text(tree.root()),
                cumulative,
                "0.000000",
                tree.proof(1).stream().map(Hex::text).toList(),
                Instant.EPOCH);
    }

    @Test
    void what_an_epoch_owes_is_claimed_once_it_is_active_and_a_lie_about_it_costs_no_gas() throws Exception {
        assertDone("register", "--yes");
        var tree = new MerkleTree();
        Address rewards = chain.network().at("Rewards");
        tree.add(ContractMessages.rewardLeaf(TestChain.ID, rewards, node.address(), BigInteger.valueOf(500_000)));
        tree.add(ContractMessages.rewardLeaf(TestChain.ID, rewards, stake.address(), BigInteger.valueOf(2_500_000)));
        tree.add(ContractMessages.rewardLeaf(TestChain.ID, rewards, chain.operator, BigInteger.ONE));
        chain.operate("AiToken", "mint", of(chain.operator), number(10_000_000));
        chain.operate("AiToken", "approve", of(rewards), number(10_000_000));
        chain.operate("Rewards", "fund", number(10_000_000));
        chain.operate(
                "Rewards",
                "post",
                new Uint64(1),
                new Bytes32(tree.root()),
                number(3_000_001),
                new Bytes32(new byte[32]),
                new Utf8String("https://example.net/leaves"));
        BigInteger before = tokens(stake.address());

        coordinator.owe(claim(tree, "2.500000"));
        assertDone("claim", "--yes", "--json");
        assertThat(json().path("active_at").asText()).isNotEmpty();
        chain.later(TestChain.MINUTE.plusSeconds(1));
        coordinator.owe(claim(tree, "9.000000"));
        assertThat(run("claim", "--yes")).isEqualTo(1);
        assertThat(err.toString()).contains("not in the root");
        assertThat(tokens(stake.address())).isEqualTo(before);

        coordinator.owe(claim(tree, "2.500000"));
        assertDone("claim", "--yes", "--json");
        assertThat(json().path("claimed").asText()).isEqualTo("2.500000");
        assertThat(tokens(stake.address())).isEqualTo(before.add(Money.parse("2.5")));
        assertDone("claim", "--yes", "--json");
        assertThat(json().path("claimed").asText()).isEqualTo("0.000000");
        assertThat(json().path("transactions")).isEmpty();
    }

    @Test
    void the_coordinator_is_told_where_to_pay() throws Exception {
        assertDone("register", "--yes");
        assertDone("wallet", "payout", "--yes", "--json");
        assertThat(coordinator.payouts()).singleElement().satisfies(payout -> {
            assertThat(payout.chain()).isEqualTo(TestChain.ID);
            assertThat(payout.address()).isEqualTo(stake.address().text());
        });
        assertThat(run("wallet", "payout", "0x12", "--yes")).isEqualTo(2);
        assertThat(run("wallet", "payout")).isEqualTo(2);
        assertThat(coordinator.payouts()).hasSize(1);

        String other = Members.SOMEBODY.address().checksummed();
        assertDone("wallet", "payout", other, "--yes");
        assertThat(coordinator.payouts())
                .as("with the signature of the wallet before")
                .hasSize(2);
        assertThat(run("wallet", "payout", "--yes"))
                .as("that wallet is not here")
                .isEqualTo(1);
        assertThat(err.toString()).contains("FORBIDDEN_SIGNER");
    }

    @Test
    void a_run_whose_requirements_this_machine_does_not_meet_is_said_before_anything_is_sent() throws Exception {
        createRun("ram_mb=1000000000");
        assertThat(run("register", "--run=1", "--yes")).isEqualTo(1);
        assertThat(err.toString()).contains("NOT_ENOUGH_RAM", "ram_mb=1000000000");
        assertThat(run("register", "--run=2", "--yes")).isEqualTo(1);
        assertThat(tokens(stake.address())).isEqualTo(1_000_000_000);
        createRun("ram_mb=1;cpu:cores=1");
        assertDone("register", "--run=2", "--yes");
    }

    /** Managed by the one whose invites we look at. */
    private void createRun(String requirements) throws Exception {
        chain.operate(
                "Runs",
                "create",
                new org.web3j.abi.datatypes.DynamicStruct(
                        of(Members.MANAGER.address()),
                        new Uint32(5),
                        new Uint96(1_000),
                        new Uint64(4_000_000_000L),
                        new Utf8String(requirements),
                        new Utf8String("https://example.net/run")));
    }

    @Test
    void the_node_joins_a_run_by_an_invite_that_the_chain_vouches_for_and_leaves_with_its_provider() throws Exception {
        createRun("");
        assertDone("register", "--yes");
        chain.operate("ProviderRegistry", "whitelist", of(stake.address()));
        byte[] subject = new byte[32];
        System.arraycopy(node.address().bytes(), 0, subject, 12, 20);
        chain.operate("ComputeNodes", "onVerdict", new Bytes32(subject), new Uint8(1), new Uint16(0));
        chain.operate("Runs", "start", number(1));
        Invite invite = invite();
        coordinator.offer(invite);

        try (var agent = AgentProcess.start(conf)) {
            coordinator.awaitTrue("the acceptance", seen -> !seen.accepted().isEmpty());
            assertThat(coordinator.registrations())
                    .last()
                    .satisfies(one -> assertThat(one.nodeAddress())
                            .isEqualTo(node.address().text()));
        }
        byte[] acceptance = RecoverableSignature.parse(
                        coordinator.accepted().getFirst().signature())
                .orElseThrow()
                .bytes();
        chain.operate(
                "Memberships",
                "joinFor",
                new StaticStruct(
                        number(1),
                        of(node.address()),
                        number(invite.nonce()),
                        number(invite.expiry().getEpochSecond())),
                new DynamicBytes(RecoverableSignature.parse(invite.signature())
                        .orElseThrow()
                        .bytes()),
                new DynamicBytes(acceptance));
        run("status", "--json");
        assertThat(json().path("chain").path("node").path("state").asText()).isEqualTo("ACTIVE");
        assertThat(json().path("chain").path("node").path("run").asLong()).isEqualTo(1);

        assertDone("deregister", "--yes", "--json");
        assertThat(json().path("transactions"))
                .as("left, removed, deregistered")
                .hasSize(3);
    }

    private Invite invite() throws Exception {
        var unsigned = new Invite(
                UUID.randomUUID(),
                UUID.randomUUID(),
                TestChain.ID,
                1,
                chain.network().at("Runs").text(),
                chain.network().at("Memberships").text(),
                node.address().text(),
                1,
                Instant.ofEpochSecond(Instant.now().getEpochSecond() + 1_000),
                Members.MANAGER.address().text(),
                "0x");
        return Members.with(
                unsigned,
                "signature",
                Members.MANAGER.sign(ContractMessages.invite(unsigned.terms())).toString());
    }
}
