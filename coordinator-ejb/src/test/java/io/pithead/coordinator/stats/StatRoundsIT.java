package io.pithead.coordinator.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.overview.Overview;
import io.pithead.coordinator.stats.core.Rollup;
import io.pithead.coordinator.stats.core.Step;
import io.pithead.coordinator.stats.core.Windows;
import io.pithead.coordinator.stats.core.Windows.Window;
import io.pithead.coordinator.testing.TestDatabase;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happened, counted from the rows of a real database. */
@SuppressWarnings("UnnecessaryAssignment") // stands in for the container
class StatRoundsIT {
    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MICROS);
    private static final Duration ONLINE = Duration.ofMinutes(5);
    private static final int BATCHES_OF_A_WEEK = 20;

    private final TestDatabase rows = TestDatabase.create();
    private final UUID buyer = rows.account();
    private final Random random = new Random(7);
    private final StatRounds rounds = rounds();
    private long external;
    private long provider;

    @BeforeEach
    void pots() {
        rows.update("insert into ledger_account (account_id, pot) values (?, 'PENDING')", buyer);
        external = rows.number("select id from ledger_account where account_id is null");
        provider = rows.number("select id from ledger_account where account_id is not null");
        rows.number("select ensure_job_partitions(now() - interval '30 days', now())");
    }

    private StatRounds rounds() {
        var made = new StatRounds();
        made.database = rows.database();
        return made;
    }

    private UUID id(Instant at) {
        return new UUID(
                (at.toEpochMilli() << 16) | 0x7000L | random.nextInt(1 << 12),
                (random.nextLong() >>> 2) | Long.MIN_VALUE);
    }

    /** A job that ended so, with its pay. */
    private void job(Instant submitted, Duration wait, Duration run, String state, String kind) {
        Instant ended = submitted.plus(wait).plus(run);
        UUID job = id(submitted);
        rows.update(
                "insert into job (id, account_id, class_id, workload, state, priority, price, max_attempts, max_runtime_s,"
                        + " submitted_at, ready_at, expires_at, started_at, finished_at, output_sha, kind, parent)"
                        + " values (?, ?, 1, 'w', ?, 0, 5, 3, 60, ?::timestamptz, now(), now(), ?::timestamptz,"
                        + " ?::timestamptz, repeat('0', 64), ?, case when ? <> 'BATCH' then gen_random_uuid() end)",
                job,
                buyer,
                state,
                submitted.toString(),
                submitted.plus(wait).toString(),
                ended.toString(),
                kind,
                kind);
        if (state.equals("COMPLETED")) {
            entry(ended, "SETTLE", job, 5);
        }
    }

    private void job(Instant submitted, String state) {
        job(submitted, millis(5_000), millis(90_000), state, "BATCH");
    }

    private Duration millis(int most) {
        return Duration.ofMillis(random.nextInt(most));
    }

    private void entry(Instant at, String reason, UUID job, long amount) {
        boolean paid = reason.equals("SETTLE");
        rows.update(
                "insert into ledger_entry (id, at, debit, credit, amount, reason, job_id) values (?, ?::timestamptz, ?, ?, ?,"
                        + " ?, ?)",
                id(at),
                at.toString(),
                paid ? external : provider,
                paid ? provider : external,
                amount,
                reason,
                job);
    }

    /** Some of each, so long ago and until now. */
    private void history(Duration ago, int jobs) {
        String[] states = {"COMPLETED", "COMPLETED", "COMPLETED", "FAILED", "CANCELED", "EXPIRED"};
        for (int i = 0; i < jobs; i++) {
            Instant at = NOW.minusMillis((long) (random.nextDouble() * ago.toMillis()));
            job(at, states[random.nextInt(states.length)]);
        }
        job(NOW.minus(ago), "COMPLETED");
    }

    private void all() {
        for (int i = 0; i < BATCHES_OF_A_WEEK; i++) {
            rounds.round(NOW, ONLINE);
        }
    }

    private List<Rollup> read(Step step) {
        return rows.database()
                .withConnection(connection ->
                        StatStore.read(connection, step, Instant.EPOCH, Instant.parse("2100-01-01T00:00:00Z"), 20_000));
    }

    private static Rollup sum(List<Rollup> rollups) {
        return rollups.stream().reduce(Rollup::plus).orElseThrow();
    }

    @Test
    void minutes_are_the_sums_of_the_rows_and_hours_of_the_minutes() {
        history(Duration.ofHours(5), 400);
        job(NOW.minusSeconds(1_800), "COMPLETED");
        job(NOW.minusSeconds(1_800), millis(9), millis(9), "COMPLETED", "REPLICA");
        entry(NOW.minusSeconds(1_200), "WITHDRAWN", UUID.randomUUID(), 3);
        rounds.sample(NOW.minusSeconds(600), () -> stats(4, 30));
        rounds.sample(NOW.minusSeconds(600), () -> stats(9, 99));
        all();

        List<Rollup> minutes = read(Step.MINUTE);
        Instant end = minutes.getLast().at().plusSeconds(60);
        assertThat(end).isEqualTo(Step.MINUTE.floor(NOW.minus(Windows.MARGIN)));
        assertThat(minutes)
                .hasSize((int) Duration.between(minutes.getFirst().at(), end).toMinutes());
        Rollup sum = sum(minutes);
        assertThat(sum.submitted()).isEqualTo(count("submitted_at < ?::timestamptz", end));
        assertThat(sum.completed()).isEqualTo(count("state = 'COMPLETED' and finished_at < ?::timestamptz", end));
        assertThat(sum.failed())
                .isEqualTo(count("state in ('FAILED', 'EXPIRED') and finished_at < ?::timestamptz", end));
        assertThat(sum.canceled()).isEqualTo(count("state = 'CANCELED' and finished_at < ?::timestamptz", end));
        assertThat(sum.waits().count()).isEqualTo(sum.completed());
        assertThat(sum.runs().count()).isEqualTo(sum.completed());
        assertThat(sum.paid())
                .isEqualTo(BigInteger.valueOf(rows.number(
                        "select sum(amount) from ledger_entry where reason = 'SETTLE' and at < ?::timestamptz",
                        end.toString())));
        assertThat(sum.withdrawn()).isEqualTo(BigInteger.valueOf(3));
        assertThat(sum.looks()).isEqualTo(new Rollup.Looks(1, 4, 4, 30, 2, 0, 0, 1));

        List<Rollup> hours = read(Step.HOUR);
        assertThat(hours.getLast().at()).isEqualTo(Step.HOUR.floor(end).minus(Duration.ofHours(1)));
        assertThat(hours)
                .isEqualTo(Rollup.merge(
                        minutes.stream()
                                .filter(one -> one.at().isBefore(Step.HOUR.floor(end)))
                                .toList(),
                        Duration.ofHours(1)));
    }

    private long count(String which, Instant end) {
        return rows.number("select count(*) from job where kind = 'BATCH' and " + which, end.toString());
    }

    private static Overview.Stats stats(long queued, long oldestS) {
        return new Overview.Stats(
                Map.of("w", queued),
                0,
                0,
                3,
                2,
                0,
                null,
                0,
                Map.of(),
                oldestS,
                Map.of("online", 2L, "banned", 1L),
                NOW);
    }

    @Test
    void percentiles_are_near_those_of_the_rows() {
        for (int i = 1; i <= 200; i++) {
            job(NOW.minusSeconds(1_000), Duration.ofMillis(i * 10), Duration.ofMillis(i * 100), "COMPLETED", "BATCH");
        }
        all();
        Rollup sum = sum(read(Step.MINUTE));

        assertThat(sum.waits().percentile(0.5).orElseThrow()).isBetween(900.0, 1_100.0);
        assertThat(sum.runs().percentile(0.99).orElseThrow()).isBetween(17_820.0, 21_780.0);
    }

    @Test
    void a_second_round_changes_nothing() {
        history(Duration.ofHours(3), 50);
        all();
        List<Rollup> before = read(Step.MINUTE);
        List<Rollup> hours = read(Step.HOUR);
        job(NOW.minusSeconds(3_600), "COMPLETED");
        all();

        assertThat(read(Step.MINUTE)).isEqualTo(before);
        assertThat(read(Step.HOUR)).isEqualTo(hours);
    }

    @Test
    void instances_that_go_round_at_once_write_once() throws Exception {
        history(Duration.ofHours(30), 100);
        var barrier = new CyclicBarrier(3);
        Callable<Boolean> turn = () -> {
            barrier.await();
            rounds().round(NOW, ONLINE);
            return true;
        };
        try (var threads = Executors.newFixedThreadPool(3)) {
            for (Future<Boolean> done : threads.invokeAll(List.of(turn, turn, turn))) {
                assertThat(done.get()).isTrue();
            }
        }
        all();

        List<Rollup> minutes = read(Step.MINUTE);
        assertThat(sum(minutes).completed())
                .isEqualTo(count(
                        "state = 'COMPLETED' and finished_at < ?::timestamptz",
                        minutes.getLast().at().plusSeconds(60)));
    }

    @Test
    void a_downtime_is_caught_up_in_bounded_steps() {
        history(Duration.ofHours(20), 50);
        long left = rows.database().inTransaction(connection -> rounds.write(connection, NOW, ONLINE));
        assertThat(left).isGreaterThan(1_000);
        assertThat(read(Step.MINUTE)).hasSize(StatRounds.MINUTES_AT_ONCE);
        rounds.round(NOW, ONLINE);
        assertThat(read(Step.MINUTE)).hasSize(StatRounds.MINUTES_AT_ONCE * (StatRounds.MAX_BATCHES + 1));
        all();
        List<Instant> hours = read(Step.HOUR).stream().map(Rollup::at).toList();
        assertThat(hours).hasSizeBetween(19, 21).doesNotHaveDuplicates();
    }

    @Test
    void minutes_go_after_a_week_once_they_are_in_their_hour_and_hours_after_a_year() {
        job(NOW.minus(Duration.ofDays(8)), "COMPLETED");
        job(NOW.minus(Duration.ofHours(176)), "COMPLETED");
        Instant longAgo = Step.HOUR.floor(NOW.minus(Duration.ofDays(400)));
        // as they were before the server was off for eight days
        insert(Step.HOUR, longAgo);
        insert(Step.MINUTE, Step.HOUR.floor(NOW.minus(Duration.ofDays(8))).minusSeconds(60));
        insert(Step.HOUR, Step.HOUR.floor(NOW.minus(Duration.ofDays(8))).minusSeconds(3_600));
        rounds.sample(NOW.minus(Duration.ofHours(180)), () -> stats(1, 1));
        for (int i = 0; i < 2 * BATCHES_OF_A_WEEK; i++) {
            rounds.round(NOW, ONLINE);
        }

        List<Rollup> minutes = read(Step.MINUTE);
        assertThat(minutes.getFirst().at())
                .isAfter(NOW.minus(Duration.ofDays(7)).minusSeconds(60))
                .isBefore(NOW.minus(Duration.ofDays(7)).plusSeconds(120));
        List<Rollup> hours = read(Step.HOUR);
        assertThat(hours.getFirst().at()).isAfter(longAgo);
        assertThat(sum(hours).completed()).isEqualTo(2);
        assertThat(hours).hasSizeBetween(8 * 24 - 1, 8 * 24 + 2);
        assertThat(sum(hours).looks().count()).isEqualTo(1);
        assertThat(rows.number("select count(*) from stat_sample")).isZero();
    }

    private void insert(Step step, Instant at) {
        rows.update(
                "insert into stat select ?, ?::timestamptz, 0, 0, 0, 0, array_fill(0, array[126]), array_fill(0, array[126]), 0,"
                        + " 0, 0, 0, 0, 0, 0, 0, 0, 0",
                step.name(),
                at.toString());
    }

    @Test
    void nothing_reads_all_jobs_or_entries() {
        var window = new Window(NOW.minusSeconds(3_600), NOW, 0);
        List<String> plan = rows.database().inTransaction(connection -> explain(connection, window));

        assertThat(plan).anyMatch(line -> line.contains("job_") && line.contains("finished_at_idx"));
        assertThat(plan).noneMatch(line -> line.contains("Seq Scan on job") || line.contains("Seq Scan on ledger"));
    }

    private static List<String> explain(Connection connection, Window window) throws SQLException {
        var plan = new ArrayList<String>();
        try (var off = connection.createStatement();
                var select = connection.prepareStatement("explain " + StatStore.COUNT)) {
            // so few rows are read whole where that is allowed
            off.execute("set local enable_seqscan = off");
            StatStore.set(connection, select, window);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    plan.add(row.getString(1));
                }
            }
        }
        return plan;
    }
}
