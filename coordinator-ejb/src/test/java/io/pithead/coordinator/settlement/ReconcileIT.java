package io.pithead.coordinator.settlement;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.settlement.core.EpochPolicy.Root;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.wallet.Reconciliation;
import io.pithead.protocol.wallet.Reconciliation.Difference;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each fault is made in rows that were right, and named. */
class ReconcileIT {
    private Till till;

    @BeforeEach
    void open() {
        till = new Till();
        for (int i = 1; i < 5; i++) {
            till.miner(i, Till.address(i), i + "");
        }
        till.activate(till.closing(), 1);
        assertThat(differences()).isEmpty();
    }

    private Reconciliation reconcile() {
        var desk = new RewardsDesk(till.chain, till.gateway, new Outbox(), epoch -> "");
        return till.rows.database().inTransaction(connection -> {
            Optional<EpochRow> newest = new EpochStore(till.chain.id()).newestRooted(connection);
            Root root = newest.map(epoch -> {
                        var tree = new Trees(till.rows.database())
                                .build(till.chain, epoch.number(), epoch.leafCount())
                                .tree();
                        return new Root(
                                io.pithead.protocol.signing.Hex.text(tree.root()),
                                tree.total(),
                                io.pithead.protocol.signing.Hex.text(tree.leavesHash()));
                    })
                    .orElse(null);
            return new Reconciling(till.chain, desk).compare(connection, newest, root, Till.NOW);
        });
    }

    private List<Difference> differences() {
        return reconcile().differences();
    }

    private void forge(String table, String sql, Object... values) {
        till.rows.update("alter table " + table + " disable trigger all");
        till.rows.update(sql, values);
        till.rows.update("alter table " + table + " enable trigger all");
    }

    @Test
    void sums_are_told() {
        Reconciliation books = reconcile();
        assertThat(books.withdrawn())
                .isEqualTo(books.leaves())
                .isEqualTo(books.funded())
                .isEqualTo("10.000000");
        assertThat(books.total()).isEqualTo("10.000000");
        assertThat(books.claimed()).isEqualTo("0.000000");
        assertThat(books.epoch()).isEqualTo(1);
    }

    @Test
    void a_forged_leaf_is_named_and_the_root_that_it_makes_is_another() {
        forge("payout_leaf", "update payout_leaf set cumulative = 3500000 where position = 2");

        List<Difference> found = differences();
        assertThat(found)
                .contains(new Difference("leaf", Till.address(3).text(), "3.000000", "3.500000"))
                .contains(new Difference("sum", "leaves", "10.000000", "10.500000"));
        assertThat(found).extracting(Difference::kind).contains("root", "root_leaves_hash", "root_total");
    }

    @Test
    void a_leaf_without_a_payout_is_named() {
        forge(
                "payout_leaf",
                "insert into payout_leaf (chain_id, address, position, cumulative) values (31337, ?, 4, 7)",
                Till.address(9).text());
        assertThat(differences())
                .contains(new Difference("leaf", Till.address(9).text(), "none", "0.000007"));
    }

    @Test
    void a_missing_entry_is_named_and_so_is_one_of_somebody_elses() {
        forge(
                "ledger_entry",
                "delete from ledger_entry where id = (select entry_id from epoch_payout where account_id = ?)",
                Till.account(2));
        forge(
                "ledger_entry",
                "update ledger_entry set debit = (select id from ledger_account where account_id = ?"
                        + " and pot = 'AVAILABLE') where id = (select entry_id from epoch_payout where account_id = ?)",
                Till.account(1),
                Till.account(4));

        assertThat(differences())
                .contains(new Difference("entry", "1/" + Till.account(2), "2.000000", "none"))
                .contains(new Difference("entry", "1/" + Till.account(4), "4.000000", "none"))
                .contains(new Difference("sum", "leaves", "8.000000", "10.000000"));
    }

    @Test
    void an_epoch_that_says_it_paid_something_else_is_named() {
        till.rows.update("update epoch set paid = 9000000");
        assertThat(differences()).containsExactly(new Difference("epoch", "1", "10.000000", "9.000000"));
    }

    @Test
    void a_root_that_differs_on_the_chain_is_named() {
        EpochRow epoch = till.epoch(1);
        till.happens(
                "root",
                "1",
                Map.of(
                        "root",
                        "0xdd",
                        "total",
                        "11000000",
                        "leaves_hash",
                        epoch.rooted().leavesHash(),
                        "active_at",
                        "0",
                        "state",
                        "posted"));

        assertThat(differences())
                .containsExactly(
                        new Difference("posted", "1", epoch.rooted().hash(), "0xdd"),
                        new Difference("posted_total", "1", "10.000000", "11.000000"),
                        new Difference("funded", "Rewards", "11.000000", "10.000000"));
    }

    @Test
    void a_root_of_a_stranger_and_one_that_is_gone_are_named() {
        till.happens("root", "2", Map.of("root", "0xdd", "total", "1", "state", "posted"));
        till.rows.update("delete from chain_state where kind = 'root' and key = '1'");
        assertThat(differences())
                .contains(new Difference("posted", "2", "none", "0xdd"))
                .contains(new Difference("posted", "1", till.epoch(1).rooted().hash(), "none"));
    }

    @Test
    void a_claim_above_a_leaf_is_named() {
        till.happens("claimant", Till.address(1).text(), Map.of("claimed", "1000000"));
        assertThat(differences()).isEmpty();
        till.happens("claimant", Till.address(1).text(), Map.of("claimed", "1000001"));
        till.happens("claimant", Till.address(8).text(), Map.of("claimed", "9000000"));

        assertThat(differences())
                .containsExactly(
                        new Difference("claimant", Till.address(1).text(), "1.000000", "1.000001"),
                        new Difference("claimant", Till.address(8).text(), "0.000000", "9.000000"),
                        new Difference("claimed", "Rewards", "10.000000", "10.000001"));
        assertThat(reconcile().claimed()).isEqualTo("10.000001");
    }

    @Test
    void what_is_not_final_does_not_count() {
        till.happens("claimant", Till.address(1).text(), Map.of("claimed", "9000000"));
        till.rows.update("update chain set finalised = finalised - 1");
        assertThat(differences()).isEmpty();
    }

    @Test
    void an_epoch_that_waits_too_long_is_named_with_its_reason() {
        till.earn(Till.account(1), "5");
        till.rows.update("update epoch set started_at = '2026-10-01'");
        till.run(till.closing());
        till.rows.update(
                "update chain_transaction set state = 'REFUSED', nonce = null, block = null, block_hash = null,"
                        + " mined_hash = null, succeeded = null, gas_used = null, error = 'the purse is empty'"
                        + " where purpose = 'epoch/2/approve'");
        till.run(till.closing());
        assertThat(differences()).isEmpty();
        till.rows.update(
                "update epoch set due_at = ?::timestamptz where number = 2",
                Till.NOW.minusSeconds(1).toString());

        Difference overdue = differences().getFirst();
        assertThat(overdue.kind()).isEqualTo("overdue");
        assertThat(overdue.subject()).isEqualTo("2");
        assertThat(overdue.found()).startsWith("FUNDING").contains("the purse is empty");
        assertThat(Instant.parse(overdue.expected().substring("further by ".length())))
                .isEqualTo(Till.NOW.minusSeconds(1));
        assertThat(Money.parse(reconcile().leaves())).isEqualTo(Money.parse("15"));
    }
}
