package io.pithead.coordinator.dispute;

import static io.pithead.coordinator.platform.Columns.amount;
import static io.pithead.coordinator.platform.Columns.instant;
import static io.pithead.coordinator.platform.Columns.requiredInstant;
import static io.pithead.coordinator.platform.Columns.uuid;

import io.pithead.coordinator.dispute.core.DisputePolicy.Facts;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.admin.DisputeRow;
import io.pithead.protocol.job.DisputeView;
import io.pithead.protocol.job.DisputeView.Evidence;
import io.pithead.protocol.job.DisputeView.State;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.money.Money;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of {@code dispute}. */
final class DisputeStore {
    private DisputeStore() {}

    /** A job that is to be disputed, locked. */
    record Disputable(
            JobState state,
            String kind,
            String workload,
            BigInteger price,
            @Nullable String verification,
            Instant now) {}

    /** A dispute without an outcome, locked. */
    record Open(UUID id, UUID job, String workload, Instant maturesAt, Facts facts, Instant now) {}

    static Optional<Disputable> lock(Connection connection, UUID account, UUID job) throws SQLException {
        try (var select = connection.prepareStatement("select state, kind, workload, price, verification, now() as now"
                + " from job where id = ? and account_id = ? for update")) {
            new Columns(connection, select).set(job).set(account);
            try (var row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Disputable(
                                JobState.valueOf(row.getString("state")),
                                row.getString("kind"),
                                row.getString("workload"),
                                amount(row, "price"),
                                row.getString("verification"),
                                requiredInstant(row, "now")))
                        : Optional.empty();
            }
        }
    }

    static boolean isDisputed(Connection connection, UUID job) throws SQLException {
        try (var select = connection.prepareStatement("select 1 from dispute where job_id = ?")) {
            new Columns(connection, select).set(job);
            try (var row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Whether one of these was ever paid for. */
    static boolean hasPaid(Connection connection, List<UUID> jobs) throws SQLException {
        try (var select = connection.prepareStatement(
                "select 1 from ledger_entry where job_id = any(?) and reason = 'SETTLE' limit 1")) {
            new Columns(connection, select).uuids(jobs, id -> id);
            try (var row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    static void insert(
            Connection connection,
            UUID id,
            UUID job,
            UUID account,
            String reason,
            BigInteger deposit,
            Instant maturesAt,
            Instant deadline)
            throws SQLException {
        try (var insert = connection.prepareStatement(
                "insert into dispute (id, job_id, account_id, reason, deposit, matures_at, deadline)"
                        + " values (?, ?, ?, ?, ?, ?::timestamptz, ?::timestamptz)")) {
            new Columns(connection, insert)
                    .set(id)
                    .set(job)
                    .set(account)
                    .set(reason)
                    .set(new BigDecimal(deposit))
                    .set(maturesAt.toString())
                    .set(deadline.toString());
            insert.executeUpdate();
        }
    }

    /** Those whose replicas were judged, and those that nobody judges. */
    static List<UUID> due(Connection connection, Duration grace, int limit) throws SQLException {
        try (var select = connection.prepareStatement("select d.id from dispute d where d.outcome is null"
                + " and (d.deadline + make_interval(secs => ?) <= now()"
                + " or exists (select 1 from verification v where v.job_id = d.id and v.verdict is not null))"
                + " order by d.deadline limit ?")) {
            new Columns(connection, select).set((double) grace.toSeconds()).set(limit);
            var due = new ArrayList<UUID>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    due.add(uuid(rows, "id"));
                }
            }
            return due;
        }
    }

    /** Empty when it has an outcome, or another instance has it. */
    static Optional<Open> lockOpen(Connection connection, UUID id) throws SQLException {
        try (var select = connection.prepareStatement("select d.*, j.workload, j.output_sha, v.verdict,"
                + " (select output_sha from job r where r.id = v.result_job) as agreed, now() as now"
                + " from dispute d join job j on j.id = d.job_id left join verification v on v.job_id = d.id"
                + " where d.id = ? and d.outcome is null for update of d skip locked")) {
            new Columns(connection, select).set(id);
            try (var row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Open(
                                uuid(row, "id"),
                                uuid(row, "job_id"),
                                row.getString("workload"),
                                requiredInstant(row, "matures_at"),
                                new Facts(
                                        row.getString("output_sha"),
                                        row.getString("verdict") != null,
                                        row.getString("agreed"),
                                        requiredInstant(row, "deadline")),
                                requiredInstant(row, "now")))
                        : Optional.empty();
            }
        }
    }

    static void close(Connection connection, UUID id, State outcome, BigInteger refunded) throws SQLException {
        try (var update = connection.prepareStatement(
                "update dispute set outcome = ?, decided_at = now(), refunded = ? where id = ?")) {
            new Columns(connection, update)
                    .set(outcome.name())
                    .set(new BigDecimal(refunded))
                    .set(id);
            update.executeUpdate();
        }
    }

    /** For the buyer, and for who was paid for the job's answer. */
    static Optional<DisputeView> view(Connection connection, UUID account, UUID job) throws SQLException {
        try (var select =
                connection.prepareStatement("select d.*, d.account_id = ? as own, j.output_sha, j.price from dispute d"
                        + " join job j on j.id = d.job_id where d.job_id = ? and (d.account_id = ?"
                        + " or exists (select 1 from receipt r where r.job_id = d.job_id and r.provider = ?))")) {
            new Columns(connection, select).set(account).set(job).set(account).set(account);
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(view(row, evidence(connection, uuid(row, "id")))) : Optional.empty();
            }
        }
    }

    /** For the operator. */
    static Optional<DisputeView> view(Connection connection, UUID id) throws SQLException {
        try (var select = connection.prepareStatement("select d.*, false as own, j.output_sha, j.price from dispute d"
                + " join job j on j.id = d.job_id where d.id = ?")) {
            new Columns(connection, select).set(id);
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(view(row, evidence(connection, id))) : Optional.empty();
            }
        }
    }

    /** Of all accounts, newest first; of one state. */
    static List<DisputeRow> list(Connection connection, @Nullable State state, @Nullable UUID before, int limit)
            throws SQLException {
        String which = state == null ? "" : " and coalesce(d.outcome, 'OPEN') = ?";
        try (var select = connection.prepareStatement("select d.*, j.workload, r.replicas, r.answered from dispute d"
                + " join job j on j.id = d.job_id cross join lateral (select count(*) as replicas,"
                + " count(verdict) as answered from replica where parent = d.id) r"
                + " where (?::uuid is null or d.id < ?)" + which + " order by d.id desc limit ?")) {
            var columns = new Columns(connection, select).set(before).set(before);
            if (state != null) {
                columns.set(state.name());
            }
            columns.set(limit);
            var rows = new ArrayList<DisputeRow>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    rows.add(row(row));
                }
            }
            return rows;
        }
    }

    private static DisputeRow row(ResultSet row) throws SQLException {
        String outcome = row.getString("outcome");
        return new DisputeRow(
                uuid(row, "id"),
                uuid(row, "job_id"),
                uuid(row, "account_id"),
                row.getString("workload"),
                outcome == null ? State.OPEN : State.valueOf(outcome),
                Money.format(amount(row, "deposit")),
                Money.format(amount(row, "refunded")),
                row.getInt("replicas"),
                row.getInt("answered"),
                requiredInstant(row, "opened_at"),
                requiredInstant(row, "deadline"),
                instant(row, "decided_at"));
    }

    private static DisputeView view(ResultSet row, List<Evidence> evidence) throws SQLException {
        String outcome = row.getString("outcome");
        long earned =
                evidence.stream().filter(one -> "PAID".equals(one.verdict())).count();
        return new DisputeView(
                uuid(row, "id"),
                uuid(row, "job_id"),
                outcome == null ? State.OPEN : State.valueOf(outcome),
                row.getBoolean("own") ? row.getString("reason") : null,
                row.getString("output_sha"),
                Money.format(amount(row, "deposit")),
                Money.format(amount(row, "price").multiply(BigInteger.valueOf(earned))),
                Money.format(amount(row, "refunded")),
                requiredInstant(row, "opened_at"),
                requiredInstant(row, "deadline"),
                instant(row, "decided_at"),
                evidence);
    }

    /** What replicas answered is nobody's to know while others may still answer. */
    private static List<Evidence> evidence(Connection connection, UUID id) throws SQLException {
        try (var select = connection.prepareStatement("select r.number, r.verdict,"
                + " case when d.outcome is not null then j.output_sha end as output_sha"
                + " from replica r join job j on j.id = r.job_id join dispute d on d.id = r.parent"
                + " where r.parent = ? order by r.number")) {
            new Columns(connection, select).set(id);
            var evidence = new ArrayList<Evidence>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    evidence.add(
                            new Evidence(row.getInt("number"), row.getString("output_sha"), row.getString("verdict")));
                }
            }
            return evidence;
        }
    }
}
