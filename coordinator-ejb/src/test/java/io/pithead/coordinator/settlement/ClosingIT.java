package io.pithead.coordinator.settlement;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.platform.DatabaseException;
import io.pithead.coordinator.settlement.core.EpochPolicy.Root;
import io.pithead.coordinator.settlement.core.EpochState;
import io.pithead.protocol.money.Money;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClosingIT {
    private Till till;

    @BeforeEach
    void open() {
        till = new Till();
    }

    /** Ten with enough, of whom two share an address, and two without. */
    private static void people(Till till) {
        for (int i = 0; i < 10; i++) {
            till.miner(i, Till.address(i == 7 ? 3 : i), i + 1 + ".5");
        }
        till.miner(10, Till.address(10), "0.999999");
        till.rows.update("insert into account (id, name) values (?, 'without an address')", Till.account(99));
        till.earn(Till.account(99), "5");
    }

    private long leaf(int address) {
        return till.rows.number(
                "select coalesce((select cumulative from payout_leaf where address = ?), 0)",
                Till.address(address).text());
    }

    private long available(int account) {
        return till.rows.number(
                "select balance from ledger_account where account_id = ? and pot = 'AVAILABLE'", Till.account(account));
    }

    @Test
    void all_that_is_enough_leaves_the_ledger_and_stands_in_a_leaf() {
        people(till);
        till.run(till.closing());

        EpochRow epoch = till.epoch(1);
        assertThat(epoch.state()).isEqualTo(EpochState.FUNDING);
        assertThat(epoch.leaves()).isEqualTo(9);
        assertThat(epoch.paid()).isEqualTo(epoch.total()).isEqualTo(Money.parse("60"));
        assertThat(leaf(3)).isEqualTo(13_000_000);
        assertThat(leaf(10)).isZero();
        assertThat(available(3)).isZero();
        assertThat(available(10)).isEqualTo(999_999);
        assertThat(till.rows.number("select sum(balance) from ledger_account")).isZero();
        assertThat(till.rows.number(
                        "select sum(e.amount) from epoch_payout p join ledger_entry e on e.id = p.entry_id"))
                .isEqualTo(60_000_000);
    }

    @Test
    void the_root_is_that_of_its_rows_and_stays_so_when_leaves_grow() {
        people(till);
        var trees = new Trees(till.rows.database());
        Closing closing = till.closing(till.rows.database(), trees, UUID.randomUUID());
        till.activate(closing, 1);
        trees.serve(till.chain, 1, 9);
        till.earn(Till.account(4), "2");
        till.earn(Till.account(10), "0.1");
        till.rows.update("update epoch set started_at = '2026-10-01'");
        till.run(closing(trees));

        EpochRow first = till.epoch(1);
        EpochRow second = till.epoch(2);
        assertThat(second.leaves()).isEqualTo(10);
        assertThat(second.paid()).isEqualTo(Money.parse("3.099999"));
        assertThat(second.total()).isEqualTo(Money.parse("63.099999"));
        // what was kept, and what a start with nothing in its memory makes of the rows
        for (EpochRow epoch : new EpochRow[] {first, second}) {
            assertThat(new Trees(till.rows.database()).root(till.chain, epoch.number(), epoch.leafCount()))
                    .isEqualTo(epoch.rooted());
        }
        assertThat(second.root()).isNotEqualTo(first.root());
        // claims are answered from the first one still
        Trees.Kept served = trees.served().orElseThrow();
        assertThat(served.epoch()).isEqualTo(1);
        assertThat(io.pithead.protocol.signing.Hex.text(served.tree().root())).isEqualTo(first.root());
    }

    private Closing closing(Trees trees) {
        return till.closing(till.rows.database(), trees, UUID.randomUUID());
    }

    @Test
    void an_epoch_that_is_killed_before_and_after_every_commit_pays_the_same() {
        people(till);
        till.activate(till.closing(), 1);

        var killed = new Till();
        people(killed);
        var broken = new AtomicInteger();
        endure(killed, broken);
        killed.happens("rewards", "", Map.of("funded", "60000000"));
        endure(killed, broken);
        killed.done();
        killed.posted(1, "posted", Till.NOW);
        endure(killed, broken);
        killed.time(Till.NOW);
        endure(killed, broken);

        assertThat(broken.get()).isGreaterThan(10);
        assertThat(killed.epoch(1).state()).isEqualTo(EpochState.ACTIVE);
        assertThat(killed.books()).isEqualTo(till.books());
        assertThat(killed.rows.text("select string_agg(purpose, ' ' order by purpose) from chain_transaction"))
                .isEqualTo(till.rows.text("select string_agg(purpose, ' ' order by purpose) from chain_transaction"));
    }

    /** Each life goes one round, and half of the commits fail, until a life that came through has nothing to do. */
    private static void endure(Till till, AtomicInteger broken) {
        var chance = new Random(42);
        boolean more = true;
        for (int life = 0; more; life++) {
            assertThat(life).as("lives").isLessThan(500);
            var database = till.breaking(chance, broken);
            try {
                more = till.closing(database, new Trees(database), UUID.randomUUID())
                        .round(Till.NOW);
            } catch (DatabaseException e) {
                more = true;
            }
        }
    }

    @Test
    void one_instance_closes_at_a_time_and_another_goes_on_when_it_is_gone() {
        people(till);
        UUID first = UUID.randomUUID();
        Closing one = till.closing(till.rows.database(), new Trees(till.rows.database()), first);
        Closing other = till.rival(till.rows.database(), new Trees(till.rows.database()), UUID.randomUUID());
        assertThat(one.round(Till.NOW)).isTrue();
        assertThat(one.round(Till.NOW)).isTrue();
        String before = till.books();
        assertThat(other.round(Till.NOW)).isFalse();
        assertThat(till.books()).isEqualTo(before);

        one.stop();
        till.run(other);
        assertThat(till.epoch(1).state()).isEqualTo(EpochState.FUNDING);
        assertThat(till.epoch(1).total()).isEqualTo(Money.parse("60"));
    }

    @Test
    void an_epoch_begins_when_it_is_due_and_there_is_something_to_pay() {
        till.miner(1, Till.address(1), "0.5");
        assertThat(till.closing().round(Till.NOW)).isFalse();
        till.earn(Till.account(1), "1");
        assertThat(till.closing().round(Till.NOW.minusSeconds(3))).isFalse();
        assertThat(till.rows.number("select count(*) from epoch")).isZero();
        assertThat(till.closing().round(Till.NOW)).isTrue();
        assertThat(till.epoch(1).state()).isEqualTo(EpochState.CLOSING);
    }

    @Test
    void an_epoch_that_comes_to_nothing_is_gone_and_its_number_is_the_next_ones() {
        people(till);
        assertThat(till.closing().round(Till.NOW)).isTrue();
        till.rows.update("delete from payout_address");
        assertThat(till.closing().round(Till.NOW)).isTrue();
        assertThat(till.rows.number("select count(*) from epoch")).isZero();
    }

    @Test
    void what_a_withdrawn_root_held_stands_under_the_next_one() {
        people(till);
        till.run(till.closing());
        till.happens("rewards", "", Map.of("funded", "60000000"));
        till.run(till.closing());
        till.done();
        till.posted(1, "withdrawn", Till.NOW);
        till.run(till.closing());
        assertThat(till.epoch(1).state()).isEqualTo(EpochState.WITHDRAWN);

        till.rows.update("update epoch set started_at = '2026-10-01'");
        till.run(till.closing());
        EpochRow second = till.epoch(2);
        Root first = till.epoch(1).rooted();
        assertThat(second.paid()).isZero();
        assertThat(second.rooted()).isEqualTo(first);
        assertThat(second.state()).isEqualTo(EpochState.POSTING);
        assertThat(till.rows.number("select count(*) from epoch_payout")).isEqualTo(10);
    }

    @Test
    void what_a_root_needs_is_approved_given_and_posted_once_each() {
        people(till);
        till.happens("rewards", "", Map.of("funded", "10000000"));
        till.run(till.closing());
        till.run(till.closing());
        assertThat(till.rows.text("select string_agg(purpose, ' ') from chain_transaction"))
                .isEqualTo("epoch/1/approve");
        till.done();
        till.run(till.closing());
        till.run(till.closing());
        assertThat(till.rows.text("select string_agg(purpose, ' ' order by created_at) from chain_transaction"))
                .isEqualTo("epoch/1/approve epoch/1/fund");
        // fund(50 tokens)
        assertThat(till.rows.text("select encode(data, 'hex') from chain_transaction where purpose = 'epoch/1/fund'"))
                .endsWith(Long.toHexString(50_000_000));
        till.done();
        till.run(till.closing());
        assertThat(till.epoch(1).state()).isEqualTo(EpochState.FUNDING);
        assertThat(till.epoch(1).waits()).contains("not final");
        till.happens("rewards", "", Map.of("funded", "60000000"));
        till.run(till.closing());
        till.run(till.closing());
        assertThat(till.epoch(1).state()).isEqualTo(EpochState.POSTING);
        assertThat(till.rows.number("select count(*) from chain_transaction")).isEqualTo(3);
    }

    @Test
    void a_transaction_that_failed_is_told_and_gone_on_from_when_it_was_mended() {
        people(till);
        till.run(till.closing());
        till.rows.update("update chain_transaction set state = 'REFUSED', error = 'the purse is empty'");
        till.run(till.closing());
        assertThat(till.epoch(1).waits()).contains("the purse is empty");
        till.rows.update("update chain_transaction set state = 'ASKED', error = null");
        till.done();
        till.run(till.closing());
        assertThat(till.rows.number("select count(*) from chain_transaction where purpose = 'epoch/1/fund'"))
                .isEqualTo(1);
    }
}
