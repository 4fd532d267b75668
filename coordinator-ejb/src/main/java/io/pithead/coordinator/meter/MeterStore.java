package io.pithead.coordinator.meter;

import io.pithead.coordinator.meter.core.MeterPolicy.Reading;
import io.pithead.coordinator.meter.core.Rate;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.receipt.Receipt;
import io.pithead.protocol.task.ContainerState;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of meters. */
final class MeterStore {
    private MeterStore() {}

    /** A meter whose slice is over, with its job as it is now. */
    record Due(
            UUID job,
            UUID task,
            UUID buyer,
            UUID provider,
            UUID node,
            String minerId,
            @Nullable Long lease,
            int slice,
            Reading reading,
            JobState state,
            long billedMs,
            Instant settledAt,
            Instant now) {
        long seenMs() {
            return reading.runMs() + reading.pausedMs();
        }
    }

    /** What becomes of a meter. */
    record Change(UUID job, BigInteger reserved, BigInteger settled, long billedMs, int slice, boolean closed) {}

    /** A receipt of a slice. */
    record Issued(Due due, String digest, Receipt receipt) {}

    static void insert(
            Connection connection,
            UUID task,
            UUID account,
            Rate rate,
            BigInteger reserved,
            List<UUID> nodes,
            List<UUID> jobs,
            Duration slice)
            throws SQLException {
        try (var insert = connection.prepareStatement("insert into meter"
                + " (job_id, task_id, account_id, node_id, run_rate, paused_rate, reserved, settle_at)"
                + " select n.job_id, ?, ?, n.node_id, ?, ?, ?, now() + make_interval(secs => ?)"
                + " from unnest(?, ?) as n(node_id, job_id)")) {
            new Columns(connection, insert)
                    .set(task)
                    .set(account)
                    .set(new BigDecimal(rate.runPerHour()))
                    .set(new BigDecimal(rate.pausedPerHour()))
                    .set(new BigDecimal(reserved))
                    .set(seconds(slice))
                    .uuids(nodes, id -> id)
                    .uuids(jobs, id -> id);
            insert.executeUpdate();
        }
    }

    private static double seconds(Duration slice) {
        return slice.toMillis() / 1_000.0;
    }

    /** A lease that is another than before begins anew: what lay between them was no lease. */
    static void seen(Connection connection, Map<UUID, Long> leases, Duration most) throws SQLException {
        var rows = List.copyOf(leases.entrySet());
        String passed = " case when m.lease = s.lease and m.state = '%s' then"
                + " greatest(0, least(extract(epoch from now() - m.seen_at) * 1000, ?))::bigint else 0 end";
        try (var update = connection.prepareStatement("update meter m set run_ms = m.run_ms +"
                + passed.formatted("RUNNING") + ", paused_ms = m.paused_ms +" + passed.formatted("PAUSED")
                + ", state = case when m.lease = s.lease then m.state else 'IDLE' end, lease = s.lease,"
                + " seen_at = greatest(m.seen_at, now()) from unnest(?, ?) as s(job_id, lease)"
                + " where m.job_id = s.job_id and m.closed_at is null")) {
            new Columns(connection, update)
                    .set(most.toMillis())
                    .set(most.toMillis())
                    .uuids(rows, Map.Entry::getKey)
                    .longs(rows, Map.Entry::getValue);
            update.executeUpdate();
        }
    }

    static void states(Connection connection, Map<UUID, ContainerState> states) throws SQLException {
        var rows = List.copyOf(states.entrySet());
        try (var update = connection.prepareStatement("update meter m set state = case when s.state in"
                + " ('RUNNING', 'PAUSED') then s.state else 'IDLE' end from unnest(?, ?) as s(job_id, state)"
                + " where m.job_id = s.job_id and m.closed_at is null")) {
            new Columns(connection, update)
                    .uuids(rows, Map.Entry::getKey)
                    .texts(rows, row -> row.getValue().name());
            update.executeUpdate();
        }
    }

    static void due(Connection connection, Collection<UUID> jobs) throws SQLException {
        try (var update = connection.prepareStatement(
                "update meter set settle_at = least(settle_at, now()) where job_id = any(?) and closed_at is null")) {
            new Columns(connection, update).uuids(jobs, id -> id);
            update.executeUpdate();
        }
    }

    /** Everybody whose pots the next settlement moves. */
    static Set<UUID> parties(Connection connection, int limit) throws SQLException {
        try (var select = connection.prepareStatement("select m.account_id, n.account_id as provider from meter m"
                + " join node n on n.id = m.node_id where m.closed_at is null and m.settle_at <= now()"
                + " order by m.settle_at limit ?")) {
            select.setInt(1, limit);
            var parties = new HashSet<UUID>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    parties.add(Columns.uuid(row, "account_id"));
                    parties.add(Columns.uuid(row, "provider"));
                }
            }
            return parties;
        }
    }

    /** Locks what is due and of these parties; what another instance settles right now is left to it. */
    static List<Due> lockDue(Connection connection, Collection<UUID> parties, int limit) throws SQLException {
        try (var select = connection.prepareStatement("select m.*, n.account_id as provider, n.miner_id,"
                + " j.state as job_state, now() as now from meter m join node n on n.id = m.node_id"
                + " join job j on j.id = m.job_id where m.closed_at is null and m.settle_at <= now()"
                + " and m.account_id = any(?) and n.account_id = any(?)"
                + " order by m.settle_at limit ? for update of m skip locked")) {
            new Columns(connection, select)
                    .uuids(parties, id -> id)
                    .uuids(parties, id -> id)
                    .set(limit);
            var due = new ArrayList<Due>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    due.add(new Due(
                            Columns.uuid(row, "job_id"),
                            Columns.uuid(row, "task_id"),
                            Columns.uuid(row, "account_id"),
                            Columns.uuid(row, "provider"),
                            Columns.uuid(row, "node_id"),
                            row.getString("miner_id"),
                            Columns.nullableLong(row, "lease"),
                            row.getInt("slice"),
                            new Reading(
                                    new Rate(Columns.amount(row, "run_rate"), Columns.amount(row, "paused_rate")),
                                    row.getLong("run_ms"),
                                    row.getLong("paused_ms"),
                                    Columns.amount(row, "reserved"),
                                    Columns.amount(row, "settled")),
                            JobState.valueOf(row.getString("job_state")),
                            row.getLong("billed_ms"),
                            Columns.requiredInstant(row, "settled_at"),
                            Columns.requiredInstant(row, "now")));
                }
            }
            return due;
        }
    }

    /** What tasks that have a budget may still set aside; locks them. */
    static Map<UUID, BigInteger> budgets(Connection connection, Collection<UUID> tasks) throws SQLException {
        try (var select = connection.prepareStatement("select id, budget - committed as left_over from task"
                + " where id = any(?) and budget is not null order by id for no key update")) {
            new Columns(connection, select).uuids(tasks, id -> id);
            var left = new HashMap<UUID, BigInteger>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    left.put(Columns.uuid(row, "id"), Columns.amount(row, "left_over"));
                }
            }
            return left;
        }
    }

    /** Adds to what tasks have set aside or paid; less than zero for what is given back. */
    static void commit(Connection connection, Map<UUID, BigInteger> amounts) throws SQLException {
        var rows = amounts.entrySet().stream()
                .filter(row -> row.getValue().signum() != 0)
                .toList();
        if (rows.isEmpty()) {
            return;
        }
        try (var update = connection.prepareStatement("update task k set committed = k.committed + a.amount"
                + " from unnest(?, ?) as a(id, amount) where k.id = a.id")) {
            new Columns(connection, update).uuids(rows, Map.Entry::getKey).amounts(rows, Map.Entry::getValue);
            update.executeUpdate();
        }
    }

    static void warn(Connection connection, Collection<UUID> tasks, @Nullable String warning) throws SQLException {
        if (tasks.isEmpty()) {
            return;
        }
        try (var update = connection.prepareStatement("update task set warning = ?, updated_at = now()"
                + " where id = any(?) and warning is distinct from ?")) {
            new Columns(connection, update).set(warning).uuids(tasks, id -> id).set(warning);
            update.executeUpdate();
        }
    }

    static void save(Connection connection, List<Change> changes, Duration slice) throws SQLException {
        if (changes.isEmpty()) {
            return;
        }
        try (var update = connection.prepareStatement("update meter m set reserved = c.reserved, settled = c.settled,"
                + " billed_ms = c.billed_ms, settled_at = now(), slice = c.slice, closed_at = case when c.closed then now() end,"
                + " settle_at = now() + make_interval(secs => ?)"
                + " from unnest(?, ?, ?, ?, ?, ?) as c(job_id, reserved, settled, billed_ms, slice, closed)"
                + " where m.job_id = c.job_id")) {
            new Columns(connection, update)
                    .set(seconds(slice))
                    .uuids(changes, Change::job)
                    .amounts(changes, Change::reserved)
                    .amounts(changes, Change::settled)
                    .longs(changes, Change::billedMs)
                    .ints(changes, Change::slice)
                    .bools(changes, Change::closed);
            update.executeUpdate();
        }
    }

    static void issue(Connection connection, List<Issued> receipts) throws SQLException {
        if (receipts.isEmpty()) {
            return;
        }
        try (var insert = connection.prepareStatement("insert into receipt"
                + " (job_id, slice, receipt_id, provider, client, node_id, lease_token, output_sha, body)"
                + " select * from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?::text[]::json[])")) {
            new Columns(connection, insert)
                    .uuids(receipts, one -> one.due.job)
                    .ints(receipts, one -> one.due.slice)
                    .uuids(receipts, one -> one.receipt.receiptId())
                    .uuids(receipts, one -> one.due.provider)
                    .uuids(receipts, one -> one.due.buyer)
                    .uuids(receipts, one -> one.due.node)
                    .longs(receipts, one -> one.due.lease == null ? 0 : one.due.lease)
                    .texts(receipts, Issued::digest)
                    .texts(receipts, one -> Json.text(one.receipt));
            insert.executeUpdate();
        }
    }
}
