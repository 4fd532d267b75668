package io.pithead.coordinator.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.chain.Calls;
import io.pithead.coordinator.chain.DevChainRig;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.settlement.core.EpochState;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.Hex;
import io.pithead.protocol.signing.Keccak;
import io.pithead.protocol.signing.WalletKey;
import io.pithead.protocol.wallet.Claim;
import io.pithead.protocol.wallet.Epoch;
import io.pithead.protocol.wallet.Reconciliation;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint16;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint64;

/** From the ledger to a wallet, by our contracts on a real chain. */
class SettlementChainIT {
    private static final long CHAIN = 31_337;
    private static final long WINDOW = 61;
    private static final byte[] SECRET = Keccak.digest(new byte[] {42});
    private static final WalletKey WALLET = WalletKey.of(SECRET);

    private final SettlementConfig config = new SettlementConfig();
    private final SettlementFacade epochs = new SettlementFacade();
    private final PayoutFacade payouts = new PayoutFacade();
    private final ReconcileFacade books = new ReconcileFacade();
    private DevChainRig rig;
    private Till till;
    private Trees trees;
    private Caller operator;

    @BeforeEach
    void open() throws Exception {
        rig = new DevChainRig(CHAIN);
        var settling = new Settling();
        settling.chains = rig.known();
        settling.config = config;
        till = new Till(rig.rows(), settling.find().orElseThrow(), rig.gateway());
        trees = new Trees(till.rows.database());
        operator = new Caller(till.rows.account(), UUID.randomUUID(), Scope.ADMIN, "ph_admin_x");
        epochs.database = till.rows.database();
        epochs.settling = settling;
        epochs.config = config;
        epochs.audit = new Audit();
        payouts.database = till.rows.database();
        payouts.settling = settling;
        payouts.trees = trees;
        books.database = till.rows.database();
        books.settling = settling;
        books.config = config;
        books.gateway = rig.gateway();
        books.outbox = new Outbox();
        till.miner(1, WALLET.address(), "12.5");
        for (int i = 2; i < 8; i++) {
            till.miner(i, Till.address(i), i + ".25");
        }
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    /** Rounds of lives, and all that they ask for, until the epoch is there. */
    private void until(long epoch, EpochState state) throws Exception {
        for (int i = 0; i < 20; i++) {
            till.run(till.closing(till.rows.database(), trees, UUID.randomUUID()));
            if (till.epoch(epoch).state() == state) {
                serve();
                return;
            }
            rig.settle();
        }
        throw new AssertionError("epoch " + epoch + " is " + till.epoch(epoch));
    }

    /** As each instance does after its rounds. */
    private void serve() {
        var store = new EpochStore(CHAIN);
        till.rows
                .database()
                .withConnection(store::claimable)
                .ifPresent(epoch -> trees.serve(till.chain, epoch.number(), epoch.leafCount()));
    }

    private void claim(Claim claim, String cumulative) throws Exception {
        rig.send(
                HexFormat.of().formatHex(SECRET),
                Calls.call(
                        claim.rewards(),
                        "claim",
                        new Uint64(java.util.Objects.requireNonNull(claim.epoch())),
                        new Address(claim.account()),
                        new Uint256(Money.parse(cumulative)),
                        new DynamicArray<>(
                                Bytes32.class,
                                claim.proof().stream()
                                        .map(hash ->
                                                new Bytes32(Hex.parse(hash, 32).orElseThrow()))
                                        .toList())));
    }

    private BigInteger tokens() throws Exception {
        return rig.tokens(WALLET.address());
    }

    private Reconciliation reconciled() {
        Reconciliation books = this.books.reconcile();
        assertThat(books.differences()).isEmpty();
        return books;
    }

    @Test
    void what_was_earned_is_claimed_by_its_wallet_and_more_the_next_time() throws Exception {
        rig.mint(1_000_000_000);
        Epoch closed = epochs.close(operator);
        assertThat(closed.state()).isEqualTo("CLOSING");
        assertThatExceptionOfType(CoordinatorException.class)
                .isThrownBy(() -> epochs.close(operator))
                .withMessageContaining("on its way");
        until(1, EpochState.PENDING);

        Claim pending = payouts.claim(Till.account(1));
        assertThat(pending.epoch()).isEqualTo(1);
        assertThat(pending.activeAt()).isNotNull();
        claim(pending, pending.cumulative());
        assertThat(tokens()).isZero();

        rig.pass(WINDOW);
        until(1, EpochState.ACTIVE);
        claim(pending, "12.500001");
        assertThat(tokens()).isZero();
        claim(pending, pending.cumulative());
        assertThat(tokens()).isEqualTo(Money.parse("12.5"));
        Claim taken = payouts.claim(Till.account(1));
        assertThat(taken.claimed()).isEqualTo(taken.cumulative()).isEqualTo("12.500000");

        var file = new ByteArrayOutputStream();
        epochs.leaves("1").sendTo(file);
        assertThat("0x" + Digests.sha256Hex(file.toByteArray()))
                .isEqualTo(till.epoch(1).leavesHash());
        assertThat(file.toString(java.nio.charset.StandardCharsets.UTF_8).lines())
                .hasSize(7);

        till.earn(Till.account(1), "3");
        epochs.close(operator);
        until(2, EpochState.PENDING);
        assertThat(payouts.claim(Till.account(1))).isEqualTo(taken);
        rig.pass(WINDOW);
        until(2, EpochState.ACTIVE);
        Claim second = payouts.claim(Till.account(1));
        assertThat(second.cumulative()).isEqualTo("15.500000");
        claim(second, second.cumulative());
        assertThat(tokens()).isEqualTo(Money.parse("15.5"));
        assertThat(payouts.claim(Till.account(7)).cumulative()).isEqualTo("7.250000");

        Reconciliation sums = reconciled();
        assertThat(sums.claimed()).isEqualTo("15.500000");
        assertThat(sums.total())
                .isEqualTo(sums.leaves())
                .isEqualTo(sums.withdrawn())
                .isEqualTo(sums.funded());
        assertThat(epochs.epochs(null, 1).items()).extracting(Epoch::epoch).containsExactly(2L);
        assertThat(epochs.epochs(2L, 10).items()).extracting(Epoch::epoch).containsExactly(1L);
        assertThat(epochs.epochs(null, 1).nextCursor()).isEqualTo("2");

        // a wallet that takes what no leaf of ours holds
        till.rows.update("alter table payout_leaf disable trigger all");
        till.rows.update(
                "update payout_leaf set cumulative = 15000000 where address = ?",
                WALLET.address().text());
        List<Reconciliation.Difference> found = books.reconcile().differences();
        assertThat(found)
                .anySatisfy(one -> {
                    assertThat(one.kind()).isEqualTo("claimant");
                    assertThat(one.subject()).isEqualTo(WALLET.address().text());
                    assertThat(one.expected()).isEqualTo("15.000000");
                    assertThat(one.found()).isEqualTo("15.500000");
                })
                .anySatisfy(one -> assertThat(one.kind()).isEqualTo("leaf"))
                .anySatisfy(one -> assertThat(one.kind()).isEqualTo("root"))
                .anySatisfy(one -> assertThat(one.kind()).isEqualTo("sum"));
    }

    @Test
    void without_tokens_nothing_is_posted_and_a_root_that_is_withdrawn_comes_again() throws Exception {
        epochs.close(operator);
        till.run(till.closing());
        rig.settle();
        till.run(till.closing());
        rig.settle();
        till.run(till.closing());
        assertThat(till.epoch(1).state()).isEqualTo(EpochState.FUNDING);
        assertThat(till.epoch(1).waits()).contains("funding").contains("failed");

        rig.mint(1_000_000_000);
        till.rows.update("update chain_transaction set state = 'ASKED', nonce = null, tries = 0, error = null,"
                + " error_code = null, due_at = now() where purpose = 'epoch/1/fund'");
        until(1, EpochState.PENDING);
        rig.call("withdraw", Calls.call(rig.at("Rewards"), "withdrawRoot", new Uint64(1), new Uint16(BigInteger.ONE)));
        until(1, EpochState.WITHDRAWN);
        assertThat(payouts.claim(Till.account(1)).epoch()).isNull();

        Epoch again = epochs.close(operator);
        assertThat(again.epoch()).isEqualTo(2);
        until(2, EpochState.PENDING);
        rig.pass(WINDOW);
        until(2, EpochState.ACTIVE);
        Claim claim = payouts.claim(Till.account(1));
        claim(claim, claim.cumulative());
        assertThat(tokens()).isEqualTo(Money.parse("12.5"));
        assertThat(reconciled().funded()).isEqualTo(Money.format(till.epoch(2).sum()));
    }
}
