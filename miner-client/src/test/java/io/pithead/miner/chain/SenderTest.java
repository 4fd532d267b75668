package io.pithead.miner.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.chain.core.Network;
import io.pithead.miner.testing.FakeNode;
import io.pithead.miner.testing.Members;
import io.pithead.protocol.signing.Hex;
import io.pithead.protocol.signing.Keccak;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.SignedRawTransaction;
import org.web3j.crypto.TransactionDecoder;
import org.web3j.crypto.transaction.type.Transaction1559;

/** Against a node that does to transactions what a test wants. */
class SenderTest {
    private static final BigInteger GWEI = BigInteger.TEN.pow(9);
    private static final Network NETWORK = Members.NETWORK;

    @TempDir
    private Path dir;

    private final FakeNode node = new FakeNode(NETWORK.chain());
    private final Chain chain = new Chain(List.of(node.url()), Duration.ofSeconds(5), OptionalLong.empty());
    /** What was given to the node, each once. */
    private final Set<String> pool = ConcurrentHashMap.newKeySet();

    private final List<String> given = new CopyOnWriteArrayList<>();
    private volatile boolean mines = true;
    private volatile boolean takes = true;
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final Transaction transaction =
            new Transaction("unstake 5.000000", NETWORK.at(Network.PROVIDERS), "0xdeadbeef");

    SenderTest() throws IOException {}

    @BeforeEach
    void usual() {
        node.block(1_800_000_000, 2_000_000_000L);
        node.answer("eth_maxPriorityFeePerGas", FakeNode.quantity(1_000_000_000));
        node.answer("eth_estimateGas", FakeNode.quantity(100_000));
        node.answer("eth_getBalance", "0x" + BigInteger.TEN.pow(18).toString(16));
        node.answer(
                "eth_getTransactionCount",
                params -> FakeNode.quantity(params.path(1).asText().equals("pending") || mines ? 4 + pool.size() : 4));
        node.answer("eth_sendRawTransaction", this::take);
        node.answer("eth_getTransactionReceipt", this::receipt);
    }

    @AfterEach
    void close() {
        chain.close();
        node.close();
    }

    private Object take(JsonNode params) {
        String raw = params.path(0).asText();
        given.add(raw);
        if (!takes) {
            return new FakeNode.Failure(-32000, "insufficient funds for gas * price + value", null);
        }
        String hash = hash(raw);
        return pool.add(hash) ? hash : new FakeNode.Failure(-32000, "already known", null);
    }

    private @Nullable Object receipt(JsonNode params) {
        String hash = params.path(0).asText();
        return mines && pool.contains(hash)
                ? Map.of("transactionHash", hash, "status", "0x1", "blockNumber", "0x10")
                : null;
    }

    private static String hash(String raw) {
        return Hex.text(Keccak.digest(Hex.parse(raw, (raw.length() - 2) / 2).orElseThrow()));
    }

    private Sender sender(BigInteger cap, Duration patience) {
        return new Sender(chain, dir, cap, patience, said::add);
    }

    private Sender sender() {
        return sender(GWEI.multiply(BigInteger.valueOf(200)), Duration.ofSeconds(30));
    }

    private static Transaction1559 decoded(String raw) {
        var signed = (SignedRawTransaction) TransactionDecoder.decode(raw);
        return (Transaction1559) signed.getTransaction();
    }

    @Test
    void what_is_sent_is_of_type_two_of_this_chain_and_of_this_key_with_a_fifth_more_gas() throws Exception {
        Sender.Done done = sender().send(Members.NODE, transaction);

        var signed = (SignedRawTransaction) TransactionDecoder.decode(given.getFirst());
        assertThat(signed.getFrom()).isEqualTo(Members.NODE.address().text());
        Transaction1559 sent = decoded(given.getFirst());
        assertThat(sent.getChainId()).isEqualTo(NETWORK.chain());
        assertThat(sent.getNonce()).isEqualTo(4);
        assertThat(sent.getGasLimit()).isEqualTo(120_000);
        assertThat(sent.getMaxFeePerGas()).isEqualTo(GWEI.multiply(BigInteger.valueOf(5)));
        assertThat(sent.getMaxPriorityFeePerGas()).isEqualTo(GWEI);
        assertThat(sent.getValue()).isZero();
        assertThat(done).isEqualTo(new Sender.Done("unstake 5.000000", hash(given.getFirst()), 16));
        assertThat(said).anyMatch(line -> line.contains(done.hash()));
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void the_transaction_is_on_disk_for_its_owner_alone_before_a_node_has_it() throws Exception {
        var there = new CopyOnWriteArrayList<String>();
        node.answer("eth_sendRawTransaction", params -> {
            try {
                Path file = dir.resolve("chain-sent.json");
                there.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
                there.add(Boolean.toString(
                        Files.readString(file).contains(params.path(0).asText())));
            } catch (IOException e) {
                there.add(e.toString());
            }
            return take(params);
        });
        sender().send(Members.NODE, transaction);
        assertThat(there).startsWith("rw-------", "true");
    }

    @Test
    void a_start_that_ended_before_the_block_is_gone_on_with_and_nothing_is_sent_twice() throws Exception {
        mines = false;
        assertThatExceptionOfType(PendingException.class)
                .isThrownBy(() -> sender(GWEI.multiply(GWEI), Duration.ZERO).send(Members.NODE, transaction))
                .withMessageContaining(hash(given.getFirst()));
        mines = true;

        Optional<Sender.Done> done = sender().resume();

        assertThat(done).contains(new Sender.Done("unstake 5.000000", hash(given.getFirst()), 16));
        assertThat(Set.copyOf(given)).as("the same bytes, however often").hasSize(1);
        assertThat(dir).isEmptyDirectory();
        assertThat(sender().resume()).isEmpty();
    }

    @Test
    void one_that_was_killed_between_the_disk_and_the_node_is_sent_by_the_next_start() throws Exception {
        mines = false;
        takes = false;
        node.answer("eth_sendRawTransaction", params -> {
            throw new IllegalStateException("the connection breaks");
        });
        assertThatExceptionOfType(PendingException.class)
                .isThrownBy(() -> sender(GWEI.multiply(GWEI), Duration.ZERO).send(Members.NODE, transaction));
        assertThat(pool).isEmpty();
        mines = true;
        takes = true;
        node.answer("eth_sendRawTransaction", this::take);

        assertThat(sender().resume()).isPresent();
        assertThat(pool).hasSize(1);
    }

    @Test
    void nothing_new_is_sent_while_one_is_on_its_way() throws Exception {
        mines = false;
        assertThatExceptionOfType(PendingException.class)
                .isThrownBy(() -> sender(GWEI.multiply(GWEI), Duration.ZERO).send(Members.NODE, transaction));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> sender().send(Members.NODE, transaction));
    }

    @Test
    void one_whose_number_another_has_taken_is_given_up() throws Exception {
        mines = false;
        assertThatExceptionOfType(PendingException.class)
                .isThrownBy(() -> sender(GWEI.multiply(GWEI), Duration.ZERO).send(Members.NODE, transaction));
        node.answer("eth_getTransactionCount", FakeNode.quantity(5));
        assertThat(sender().resume()).isEmpty();
        assertThat(said).anyMatch(line -> line.contains("did not come about"));
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void what_every_node_refuses_was_not_sent() throws Exception {
        takes = false;
        assertThatExceptionOfType(ChainException.class)
                .isThrownBy(() -> sender().send(Members.NODE, transaction))
                .withMessageContaining("insufficient funds")
                .withMessageContaining("Nothing was sent");
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void a_dear_market_and_a_poor_key_send_nothing() throws Exception {
        assertThatExceptionOfType(ChainException.class)
                .isThrownBy(() -> sender(GWEI, Duration.ZERO).send(Members.NODE, transaction))
                .withMessageContaining("CHAIN_MAX_FEE_GWEI=1");
        node.answer("eth_getBalance", "0x1");
        assertThatExceptionOfType(ChainException.class)
                .isThrownBy(() -> sender().send(Members.NODE, transaction))
                .withMessageContaining(Members.NODE.address().checksummed());
        assertThat(given).isEmpty();
    }

    @Test
    void a_tip_and_an_estimate_that_a_node_makes_up_stay_within_bounds() throws Exception {
        node.answer("eth_maxPriorityFeePerGas", "0x" + "f".repeat(64));
        sender().send(Members.NODE, transaction);
        assertThat(decoded(given.getFirst()).getMaxFeePerGas())
                .isLessThanOrEqualTo(GWEI.multiply(BigInteger.valueOf(200)));
        node.answer("eth_estimateGas", FakeNode.quantity(Long.MAX_VALUE));
        assertThatExceptionOfType(ChainException.class)
                .isThrownBy(() -> sender().send(Members.NODE, transaction))
                .withMessageContaining("Nothing was sent");
    }

    @Test
    void a_contracts_error_is_said_in_words_with_the_next_step() throws Exception {
        String data = FakeNode.selector("ProviderRegistry_StakeTooLow(uint256,uint256)")
                + FakeNode.word(5)
                + FakeNode.word(150);
        node.answer("eth_estimateGas", new FakeNode.Failure(3, "execution reverted", data));
        assertThatExceptionOfType(ChainException.class)
                .isThrownBy(() -> sender().send(Members.NODE, transaction))
                .withMessageContaining("ProviderRegistry_StakeTooLow stake=5 required=150")
                .withMessageContaining("pithead-miner stake AMOUNT");
        node.answer("eth_estimateGas", new FakeNode.Failure(3, "execution reverted: \u001b[31mred", "0x12345678"));
        assertThatExceptionOfType(ChainException.class)
                .isThrownBy(() -> sender().send(Members.NODE, transaction))
                .satisfies(e -> assertThat(e.getMessage()).contains("red").doesNotContain("\u001b"));
    }

    @Test
    void one_that_failed_in_its_block_is_said_to_have_failed_and_is_not_tried_again() throws Exception {
        node.answer(
                "eth_getTransactionReceipt",
                params -> pool.isEmpty()
                        ? null
                        : Map.of("transactionHash", params.path(0).asText(), "status", "0x0", "blockNumber", "0x10"));
        assertThatExceptionOfType(ChainException.class)
                .isThrownBy(() -> sender().send(Members.NODE, transaction))
                .withMessageContaining("failed in block 16");
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void another_transactions_receipt_is_not_believed() throws Exception {
        node.answer(
                "eth_getTransactionReceipt",
                Map.of("transactionHash", "0x" + "00".repeat(32), "status", "0x1", "blockNumber", "0x10"));
        assertThatExceptionOfType(PendingException.class)
                .isThrownBy(() -> sender(GWEI.multiply(GWEI), Duration.ZERO).send(Members.NODE, transaction));
    }
}
