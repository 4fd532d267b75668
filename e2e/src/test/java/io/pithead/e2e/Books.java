package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.job.JobState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/** What must be true of the database after any faults, read as an auditor would: with SQL and no help of the server. */
final class Books {
    private static final Duration STUCK = Duration.ofSeconds(90);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** 0 for a job whose provider was outvoted: it has the result, and the receipt, of one of its replicas. */
    private static final String OWN_RESULT =
            "(not exists (select 1 from verification v where v.job_id = j.id and v.result_job <> j.id))::integer";

    private final Connection connection;
    private final Instant calmSince;

    Books(Connection connection) {
        this(connection, Instant.EPOCH);
    }

    /** @param calmSince nothing has been killed since then: what waits for long although it could go on, is stuck */
    Books(Connection connection, Instant calmSince) {
        this.connection = connection;
        this.calmSince = calmSince;
    }

    interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    <T> List<T> list(String sql, Row<T> mapper) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            var list = new ArrayList<T>();
            while (rows.next()) {
                list.add(mapper.of(rows));
            }
            return list;
        }
    }

    long number(String sql) throws SQLException {
        return list(sql, row -> row.getLong(1)).getFirst();
    }

    /** By state; what the server acknowledged and nothing else. */
    Map<String, Long> states() throws SQLException {
        var states = new TreeMap<String, Long>();
        list("select state, count(*) from job group by state", row -> states.put(row.getString(1), row.getLong(2)));
        return states;
    }

    /** Waits until every job has ended; fewer must be left at least every 90 s. */
    void awaitAllEnded() throws SQLException {
        awaitNone("jobs that have not ended", "select count(*) from job where finished_at is null");
        awaitNone("jobs that are not judged", "select count(*) from verification where verdict is null");
    }

    /** Waits until nothing that was paid is locked. */
    void awaitAllMature() throws SQLException {
        awaitNone("pay that has not matured", "select count(*) from locked_pay");
    }

    /** Waits until every message is sent and every webhook delivered. */
    void awaitAllSent() throws SQLException {
        awaitNone("messages that were not sent", "select count(*) from outbox");
        awaitNone("webhooks that were not delivered", "select count(*) from webhook_delivery where state = 'PENDING'");
    }

    /** Whatever a killed server had begun to tell is told by another. */
    private void assertNoWebhookIsStuck() throws SQLException {
        assertNone(
                "webhooks that have waited for more than " + STUCK,
                "select job_id, seq, now() - created_at, attempts, last_error from webhook_delivery"
                        + " where state = 'PENDING' and greatest(created_at, '" + calmSince
                        + "') < now() - make_interval(secs => " + STUCK.toSeconds() + ")");
    }

    private void awaitNone(String what, String count) throws SQLException {
        long least = Long.MAX_VALUE;
        Instant since = Instant.now();
        for (long left = number(count); left > 0; left = number(count)) {
            if (left < least) {
                least = left;
                since = Instant.now();
            }
            assertThat(Instant.now())
                    .as(left + " " + what + ", and no fewer for " + STUCK)
                    .isBefore(since.plus(STUCK));
            assertNoWebhookIsStuck();
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    void assertNothingWasStuck() throws SQLException {
        assertNone(
                "jobs to which nothing happened for more than " + STUCK,
                "select e.job_id, e.seq, e.state, n.at - e.at from job_event e"
                        + " join job_event n on n.job_id = e.job_id and n.seq = e.seq + 1"
                        + " where n.at - e.at > make_interval(secs => " + STUCK.toSeconds() + ")");
    }

    void assertEveryJobIsThereOnce(Set<String> acknowledged) throws SQLException {
        assertThat(new TreeSet<>(list("select id from job where kind <> 'REPLICA'", row -> row.getString(1))))
                .as("jobs that were acknowledged, and no others: asking again bought nothing twice")
                .isEqualTo(new TreeSet<>(acknowledged));
    }

    void assertEveryJobHasOneReceiptOrAReason() throws SQLException {
        assertNone(
                "jobs that ended without a receipt and without a reason, or with both",
                "select j.id, j.state, j.error_code, count(r.job_id) from job j left join receipt r on r.job_id = j.id"
                        + " group by j.id having case j.state when 'COMPLETED' then count(r.job_id) <> "
                        + OWN_RESULT
                        + " when 'FAILED' then count(r.job_id) > 0 or j.error_code is null"
                        + " when 'EXPIRED' then count(r.job_id) > 0 or j.error_code is null"
                        + " when 'CANCELED' then count(r.job_id) > 0 or j.error_code is null else true end");
        assertNone(
                "receipts of nothing",
                "select r.job_id from receipt r where not exists (select 1 from job j where j.id = r.job_id)");
        assertNone(
                "completed jobs without a result",
                "select j.id from job j where j.state = 'COMPLETED'"
                        + " and not exists (select 1 from job_result r where r.job_id = j.id)");
    }

    void assertMoneyIsWhole() throws SQLException {
        assertThat(number("select sum(balance) from ledger_account")).isZero();
        assertNone(
                "balances that do not follow from the entries",
                "select a.id, a.balance from ledger_account a where a.balance <>"
                        + " (select coalesce(sum(amount), 0) from ledger_entry where credit = a.id)"
                        + " - (select coalesce(sum(amount), 0) from ledger_entry where debit = a.id)");
        assertNone(
                "reserved for nothing",
                "select id, balance from ledger_account where pot = 'RESERVED' and balance <> 0");
        assertLocksAreWhole();
        assertNone(
                "verifications that hold something although they are over, or whose set aside money did not go back",
                "select v.job_id, v.held from verification v where v.verdict is null or v.held <> 0 or"
                        + " (select coalesce(sum(case reason when 'RESERVE' then amount else -amount end), 0)"
                        + " from ledger_entry where job_id = v.job_id and slice > 0) <> 0");
        assertNone(
                "replicas that were paid without the verdict, or the other way round",
                "select r.job_id, r.verdict from replica r where (r.verdict is not distinct from 'PAID') <>"
                        + " exists (select 1 from ledger_entry e where e.job_id = r.job_id and e.reason = 'SETTLE')");
        assertNone(
                "disputes that are open although all is over, or whose refund is not what was withdrawn",
                "select d.id, d.outcome, d.refunded from dispute d where d.outcome is null or d.refunded <>"
                        + " (select coalesce(sum(amount), 0) from ledger_entry e where e.reason = 'WITHDRAWN'"
                        + " and (e.job_id = d.job_id or e.job_id in (select job_id from replica where parent = d.job_id)))");
        assertNone(
                "jobs whose price was not reserved once and then either paid or given back, once",
                "select j.id, j.state from job j left join ledger_entry e on e.job_id = j.id"
                        + " and not (e.slice > 0 and j.verification is not null)"
                        + " and e.reason not in ('UNLOCK', 'WITHDRAWN') group by j.id"
                        + " having count(*) filter (where e.reason = 'RESERVE' and e.amount = j.price) <> 1"
                        + " or count(*) filter (where e.reason = 'SETTLE' and e.amount = j.price)"
                        + " <> (j.state = 'COMPLETED')::integer * "
                        + OWN_RESULT
                        + " or count(*) filter (where e.reason = 'RELEASE' and e.amount = j.price)"
                        + " <> 1 - (j.state = 'COMPLETED')::integer * "
                        + OWN_RESULT
                        + " or count(*) <> 2");
    }

    /** What was paid into a pending pot is locked, or matured, or was withdrawn: one of these, whole. */
    private void assertLocksAreWhole() throws SQLException {
        assertNone(
                "pay that is locked and moved, or neither",
                "select e.job_id, e.slice, e.amount from ledger_entry e"
                        + " join ledger_account a on a.id = e.credit and a.pot = 'PENDING' left join lateral"
                        + " (select amount from locked_pay l where l.job_id = e.job_id and l.slice = e.slice"
                        + " and l.provider = a.account_id union all select amount from ledger_entry o"
                        + " where o.job_id = e.job_id and o.slice = e.slice and o.debit = e.credit) x on true"
                        + " group by e.id having count(x.amount) <> 1 or sum(x.amount) <> e.amount");
        assertNone(
                "pending money that is not what is locked",
                "select account_id, balance from ledger_account a where pot = 'PENDING' and balance <>"
                        + " (select coalesce(sum(amount), 0) from locked_pay where provider = a.account_id)");
    }

    private record Event(String job, int seq, JobState state, int attempt, long lease) {}

    /** One line from the first event to the last: no step left out, none that may not be, no lease beside another. */
    void assertHistoriesAreLinear() throws SQLException {
        var histories = new HashMap<String, List<Event>>();
        list(
                "select job_id, seq, state, attempt, lease from job_event order by job_id, seq",
                row -> histories
                        .computeIfAbsent(row.getString(1), job -> new ArrayList<>())
                        .add(new Event(
                                row.getString(1),
                                row.getInt(2),
                                JobState.valueOf(row.getString(3)),
                                row.getInt(4),
                                row.getLong(5))));
        histories.values().forEach(Books::assertLinear);
        assertNone(
                "jobs that are not what their history says",
                "select j.id from job j left join job_event e on e.job_id = j.id and e.seq = j.last_seq"
                        + " where e.state is distinct from j.state"
                        + " or exists (select 1 from job_event l where l.job_id = j.id and l.seq > j.last_seq)");
        assertNone(
                "receipts that are not for the last lease of their job",
                "select r.job_id from receipt r join job j on j.id = r.job_id where r.lease_token <> j.lease_token"
                        + " or r.node_id <> j.lease_node");
        assertNone(
                "leases that were given twice",
                "select lease from job_event where state = 'LEASED' group by lease having count(*) > 1");
    }

    private static void assertLinear(List<Event> history) {
        Event last = null;
        long lease = 0;
        for (Event event : history) {
            assertThat(event.seq()).as(history.toString()).isEqualTo(last == null ? 1 : last.seq() + 1);
            assertThat(
                            last == null
                                    ? event.state() == JobState.QUEUED
                                    : last.state().mayBecome(event.state()))
                    .as(event + " in " + history)
                    .isTrue();
            if (event.state() == JobState.LEASED) {
                assertThat(event.lease()).as(history.toString()).isGreaterThan(lease);
                assertThat(event.attempt()).as(history.toString()).isEqualTo(last == null ? 0 : last.attempt() + 1);
                lease = event.lease();
            } else if (event.lease() != 0) {
                assertThat(event.lease()).as("a stale lease wrote: " + history).isEqualTo(lease);
            }
            last = event;
        }
    }

    /** What a miner was told is on disk. */
    void assertProved(List<String> lines) throws SQLException {
        var receipts = new HashMap<String, String>();
        list(
                "select job_id, lease_token, receipt_id from receipt",
                row -> receipts.put(row.getString(1) + " " + row.getString(2), row.getString(3)));
        for (String line : lines) {
            String[] words = line.split(" ", 4);
            if (words[0].equals("PROVED")) {
                assertThat(receipts.get(words[1] + " " + words[2])).as(line).isEqualTo(words[3]);
            }
        }
    }

    void assertNone(String what, String sql) throws SQLException {
        List<String> found = list(sql + " limit 10", Books::text);
        assertThat(found).as(what).isEmpty();
    }

    private static String text(ResultSet row) throws SQLException {
        var text = new StringBuilder();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
            text.append(row.getString(i)).append(' ');
        }
        return text.toString();
    }
}
