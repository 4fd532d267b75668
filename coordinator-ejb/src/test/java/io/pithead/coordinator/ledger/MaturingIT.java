package io.pithead.coordinator.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.coordinator.job.JobFacade;
import io.pithead.coordinator.lease.LeaseDesk;
import io.pithead.coordinator.platform.DatabaseException;
import io.pithead.coordinator.testing.Await;
import io.pithead.coordinator.testing.Histories;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.coordinator.testing.Statements;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.receipt.PublicKeys;
import io.pithead.protocol.receipt.Receipt;
import io.pithead.protocol.receipt.Receipts;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The lock window is a day; every job is paid two tokens. */
@Timeout(60)
class MaturingIT {
    private static final Scene SCENE = new Scene(Duration.ofDays(1));
    private static final LeaseDesk DESK = new LeaseDesk(SCENE);
    private static final Instant NOW = Instant.now();

    private final UUID buyer = SCENE.buyer("100");
    private final Machine miner = SCENE.machine();

    @AfterEach
    void everything_is_sound() {
        Histories.assertSound(SCENE);
    }

    private UUID paid() {
        UUID job = SCENE.job(buyer);
        assertThat(DESK.prove(miner, job, SCENE.lease(job, miner), "out")).isEqualTo("PAID");
        return job;
    }

    private List<UUID> paid(int jobs) {
        var ids = new ArrayList<UUID>();
        for (int i = 0; i < jobs; i++) {
            ids.add(paid());
        }
        return ids;
    }

    /** As if the window had passed; a row is as it is, so a new one takes its place. */
    private static void passes(UUID... jobs) {
        for (UUID job : jobs) {
            SCENE.rows.update(
                    "with old as (delete from locked_pay where job_id = ? returning *) insert into locked_pay"
                            + " select job_id, slice, buyer, provider, amount, matures_at - interval '25 hours' from old",
                    job);
        }
    }

    private static MaturingRounds instance(Scene scene) {
        var rounds = new MaturingRounds();
        rounds.database = scene.database;
        rounds.ledger = scene.ledger;
        return rounds;
    }

    private Map<UUID, Withdrawal> withdraw(Instant now, UUID... jobs) {
        return SCENE.database.inTransaction(connection -> {
            impatient(connection);
            return SCENE.ledger.withdraw(connection, List.of(jobs), now);
        });
    }

    /** A lock that is not given up is an error, and no hanging test. */
    private static void impatient(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("set local lock_timeout = '10s'");
        }
    }

    private String pending() {
        return SCENE.balance(miner.provider(), Pot.PENDING);
    }

    private String available() {
        return SCENE.balance(miner.provider(), Pot.AVAILABLE);
    }

    private static List<String> entries(UUID job) {
        return SCENE.column("select reason from ledger_entry where job_id = ? order by id", job);
    }

    private static Withdrawal withdrawal(String withdrawn, String stays) {
        return new Withdrawal(Money.parse(withdrawn), Money.parse(stays));
    }

    @Test
    void pay_is_pending_until_its_time_and_available_from_then_on() {
        UUID early = paid();
        UUID late = paid();
        passes(early);

        instance(SCENE).tick();

        assertThat(pending()).isEqualTo("2.000000");
        assertThat(available()).isEqualTo("2.000000");
        assertThat(entries(early)).containsExactly("RESERVE", "SETTLE", "UNLOCK");
        assertThat(entries(late)).containsExactly("RESERVE", "SETTLE");
        instance(SCENE).tick();
        assertThat(pending()).isEqualTo("2.000000");
    }

    @Test
    void the_window_is_counted_by_the_databases_clock_from_the_receipt() {
        UUID job = paid();

        assertThat(SCENE.text(
                        "select l.matures_at - r.created_at from locked_pay l join receipt r using (job_id, slice)"
                                + " where job_id = ?",
                        job))
                .isEqualTo("1 day");
    }

    @Test
    void two_instances_and_restarts_make_each_pay_available_once() throws Exception {
        List<UUID> jobs = paid(40);
        passes(jobs.toArray(UUID[]::new));
        Scene other = SCENE.restarted();

        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < 4; i++) {
                Scene scene = i % 2 == 0 ? SCENE : other;
                running.add(threads.submit(() -> {
                    for (int round = 0; round < 20; round++) {
                        scene.database.inTransaction(connection -> {
                            impatient(connection);
                            return scene.ledger.mature(connection, 7, NOW);
                        });
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get(30, TimeUnit.SECONDS);
            }
        }

        assertThat(pending()).isEqualTo("0.000000");
        assertThat(available()).isEqualTo("80.000000");
    }

    @Test
    void killed_before_its_commit_it_is_as_if_it_had_not_begun() {
        UUID job = paid();
        passes(job);

        assertThatThrownBy(() -> SCENE.database.doInTransaction(connection -> {
                    assertThat(SCENE.ledger.mature(connection, 10, NOW)).isEqualTo(1);
                    throw new SQLException("killed", "XX000");
                }))
                .isInstanceOf(DatabaseException.class);
        assertThat(pending()).isEqualTo("2.000000");
        assertThat(entries(job)).containsExactly("RESERVE", "SETTLE");

        instance(SCENE.restarted()).tick();
        assertThat(available()).isEqualTo("2.000000");
    }

    @Test
    void what_somebody_withdraws_right_now_is_skipped_and_nobody_waits() {
        UUID held = paid();
        UUID free = paid();
        passes(held, free);

        SCENE.database.doInTransaction(holder -> {
            LockStore.lock(holder, List.of(held));
            int moved = SCENE.database.inTransaction(connection -> {
                impatient(connection);
                return SCENE.ledger.mature(connection, 10, NOW);
            });
            assertThat(moved).isEqualTo(1);
        });

        assertThat(entries(free)).contains("UNLOCK");
        assertThat(entries(held)).doesNotContain("UNLOCK");
        instance(SCENE).tick();
    }

    @Test
    void what_is_locked_goes_back_to_its_buyer_once() {
        UUID job = paid();
        UUID other = paid();
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("96.000000");

        assertThat(withdraw(Instant.now(), job)).isEqualTo(Map.of(job, withdrawal("2", "0")));
        assertThat(withdraw(Instant.now(), job)).isEqualTo(Map.of(job, withdrawal("2", "0")));

        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("98.000000");
        assertThat(pending()).isEqualTo("2.000000");
        assertThat(entries(job)).containsExactly("RESERVE", "SETTLE", "WITHDRAWN");
        assertThat(entries(other)).containsExactly("RESERVE", "SETTLE");
        passes(job, other);
        instance(SCENE).tick();
        assertThat(available()).isEqualTo("2.000000");
    }

    @Test
    void what_has_matured_stays_whether_or_not_it_was_moved() {
        UUID moved = paid();
        passes(moved);
        instance(SCENE).tick();
        UUID due = paid();
        passes(due);
        UUID locked = paid();

        assertThat(withdraw(Instant.now(), moved, due, locked, UUID.randomUUID()))
                .isEqualTo(
                        Map.of(moved, withdrawal("0", "2"), due, withdrawal("0", "2"), locked, withdrawal("2", "0")));

        instance(SCENE).tick();
        assertThat(pending()).isEqualTo("0.000000");
        assertThat(available()).isEqualTo("4.000000");
    }

    @Test
    void a_withdrawal_waits_for_pay_that_matures_right_now_and_then_leaves_it() throws Exception {
        UUID job = paid();
        passes(job);
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<Map<UUID, Withdrawal>> withdrawn = SCENE.database.inTransaction(connection -> {
                assertThat(SCENE.ledger.mature(connection, 10, NOW)).isEqualTo(1);
                // by a clock that is slow
                Future<Map<UUID, Withdrawal>> late = threads.submit(() -> withdraw(NOW.minus(Duration.ofDays(9)), job));
                awaitWaiting();
                return late;
            });
            assertThat(withdrawn.get(20, TimeUnit.SECONDS)).isEqualTo(Map.of(job, withdrawal("0", "2")));
        }
        assertThat(entries(job)).containsExactly("RESERVE", "SETTLE", "UNLOCK");
    }

    private static void awaitWaiting() {
        try {
            Await.until(
                    "somebody waits for a lock",
                    () -> SCENE.rows.number("select count(*) from pg_locks where not granted") > 0);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void withdrawals_and_maturing_and_payments_of_the_same_accounts_never_wait_in_a_circle() throws Exception {
        List<UUID> jobs = paid(30);
        for (int i = 0; i < jobs.size(); i += 2) {
            passes(jobs.get(i));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            var running = List.<Future<?>>of(
                    threads.submit(() -> jobs.forEach(job -> withdraw(Instant.now(), job))),
                    threads.submit(() -> {
                        for (int round = 0; round < 30; round++) {
                            SCENE.database.inTransaction(connection -> SCENE.ledger.mature(connection, 3, NOW));
                        }
                    }),
                    threads.submit(() -> {
                        for (int round = 0; round < 10; round++) {
                            SCENE.database.doInTransaction(connection -> {
                                impatient(connection);
                                SCENE.ledger.lockToPay(connection, List.of(buyer, miner.provider()));
                                SCENE.ledger.post(
                                        connection, List.of(Posting.deposit(buyer, BigInteger.ONE)), Instant.now());
                            });
                        }
                    }));
            for (Future<?> one : running) {
                one.get(40, TimeUnit.SECONDS);
            }
        }
        assertThat(pending()).isEqualTo("0.000000");
        assertThat(available()).isEqualTo("30.000000");
        assertThat(deadlocks()).isZero();
    }

    private static long deadlocks() {
        return SCENE.rows.number("select deadlocks from pg_stat_database where datname = current_database()");
    }

    @Test
    void who_is_about_to_pay_metered_slices_holds_the_pending_pots_too() {
        SCENE.database.doInTransaction(connection -> {
            SCENE.ledger.lockToPay(connection, List.of(miner.provider()));
            assertThatThrownBy(() -> SCENE.database.doInTransaction(other -> {
                        try (var statement = other.createStatement()) {
                            statement.execute("set local lock_timeout = '100ms'");
                            statement.execute("select 1 from ledger_account where pot = 'PENDING' and account_id = '"
                                    + miner.provider() + "' for update");
                        }
                    }))
                    .hasMessageContaining("lock timeout");
        });
    }

    @Test
    void what_waits_too_long_shows() {
        assertThat(SCENE.database.withConnection(MaturingRounds::overdueSeconds))
                .isZero();
        UUID job = paid();
        passes(job);
        assertThat(SCENE.database.withConnection(MaturingRounds::overdueSeconds))
                .isBetween(3_590.0, 3_700.0);
        instance(SCENE).tick();
    }

    @Test
    void the_wallet_says_what_is_pending_and_when_the_next_of_it_matures() {
        UUID first = paid();
        paid();
        passes(first);
        var wallet = new WalletFacade();
        wallet.database = SCENE.database;
        wallet.config = LedgerDesk.config(Duration.ofDays(1));
        Instant matures = SCENE.database
                .withConnection(connection -> LockStore.lock(connection, List.of(first)))
                .getFirst()
                .maturesAt();

        assertThat(wallet.balance(miner.provider()).maturesAt()).isEqualTo(matures);
        instance(SCENE).tick();
        assertThat(wallet.balance(miner.provider()).pending()).isEqualTo("2.000000");
        assertThat(wallet.balance(miner.provider()).maturesAt()).isAfter(Instant.now());
        assertThat(wallet.balance(buyer).maturesAt()).isNull();
        assertThat(wallet.entries(miner.provider(), 10, null).items())
                .filteredOn(entry -> entry.reason().equals("unlock"))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.job()).isEqualTo(first);
                    assertThat(entry.from()).isEqualTo("pending");
                    assertThat(entry.to()).isEqualTo("available");
                });
    }

    @Test
    void a_receipt_that_was_withdrawn_says_so_signed_and_the_others_are_as_they_were() {
        JobFacade jobs = SCENE.jobs.facade();
        UUID job = paid();
        UUID other = paid();
        Receipt before = jobs.receipt(buyer, job);
        assertThat(before.withdrawnAt()).isNull();
        withdraw(Instant.now(), job);

        Receipt after = jobs.receipt(buyer, job);
        assertThat(after.withdrawnAt())
                .isBetween(NOW.minusSeconds(60), Instant.now().plusSeconds(60));
        assertThat(after.withdrawn(NOW)).isEqualTo(before.withdrawn(NOW));
        assertThat(Receipts.problems(Json.toTree(after), keys())).isEmpty();
        var forged = (ObjectNode) Json.toTree(after).deepCopy();
        forged.remove("withdrawn_at");
        assertThat(Receipts.problems(forged, keys())).isNotEmpty();
        assertThat(jobs.receipts(buyer, job, 10, null).items()).containsExactly(after);
        assertThat(jobs.receipt(buyer, other).withdrawnAt()).isNull();
        assertThat(Receipts.problems(Json.toTree(jobs.receipt(buyer, other)), keys()))
                .isEmpty();
    }

    private static PublicKeys keys() {
        return SCENE.database.withConnection(connection -> {
            var keys = new ArrayList<PublicKeys.Key>();
            try (var select = connection.prepareStatement("select * from signing_key");
                    var row = select.executeQuery()) {
                while (row.next()) {
                    keys.add(new PublicKeys.Key(
                            row.getString("key_id"), row.getString("alg"), row.getString("public_key"), NOW, null));
                }
            }
            return new PublicKeys("c", keys);
        });
    }

    /** What a proof costs, by the statements that its batch prepares. */
    private static List<String> statements(Scene scene, LeaseDesk desk) {
        UUID buyer = scene.buyer("10");
        Machine miner = scene.machine();
        UUID job = scene.job(buyer);
        long lease = scene.lease(job, miner);
        return Statements.of(scene.database, connection -> desk.proveOn(connection, miner, job, lease, "out"));
    }

    @Test
    void a_proof_costs_one_statement_for_the_lock_and_none_where_there_is_no_window() {
        var open = new Scene();
        List<String> atOnce = statements(open, new LeaseDesk(open));
        List<String> locked = statements(SCENE, DESK);

        assertThat(atOnce).noneMatch(sql -> sql.contains("locked_pay"));
        assertThat(locked).hasSize(atOnce.size() + 1);
        assertThat(locked.stream().filter(sql -> !sql.contains("locked_pay"))).containsExactlyElementsOf(atOnce);
        assertThat(open.rows.number("select count(*) from locked_pay")).isZero();
        Histories.assertSound(open);
    }

    @Test
    void a_window_that_was_shut_leaves_what_is_locked_its_time() {
        UUID late = paid();
        UUID due = paid();
        passes(due);
        Ledger without = LedgerDesk.ledger(SCENE.database);

        int moved = SCENE.database.inTransaction(connection -> without.mature(connection, 10, NOW));
        assertThat(moved).isEqualTo(1);
        SCENE.database.doInTransaction(connection -> without.withdraw(connection, List.of(late), Instant.now()));

        assertThat(available()).isEqualTo("2.000000");
        assertThat(pending()).isEqualTo("0.000000");
        assertThat(entries(late)).containsExactly("RESERVE", "SETTLE", "WITHDRAWN");
    }
}
