package io.pithead.coordinator.ledger;

import static io.pithead.coordinator.platform.Columns.amount;
import static io.pithead.coordinator.platform.Columns.instant;
import static io.pithead.coordinator.platform.Columns.requiredInstant;
import static io.pithead.coordinator.platform.Columns.uuid;

import io.pithead.coordinator.ledger.core.LockPolicy.Locked;
import io.pithead.coordinator.platform.Columns;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of the lock window. */
final class LockStore {
    private static final double MILLIS = 1_000.0;

    static final String NEVER = "infinity";

    private LockStore() {}

    /** By the database's clock, which also says when it is due. */
    static void insert(Connection connection, List<Posting> pays, Duration lock) throws SQLException {
        try (var insert = connection.prepareStatement("insert into locked_pay"
                + " (job_id, slice, buyer, provider, amount, matures_at) select p.*, now() + make_interval(secs => ?)"
                + " from unnest(?, ?, ?, ?, ?) as p(job_id, slice, buyer, provider, amount)")) {
            new Columns(connection, insert)
                    .set(lock.toMillis() / MILLIS)
                    .uuids(pays, Posting::job)
                    .ints(pays, Posting::slice)
                    .uuids(pays, Posting::from)
                    .uuids(pays, Posting::to)
                    .amounts(pays, Posting::amount);
            insert.executeUpdate();
        }
    }

    /** Takes what is due, longest due first; what another instance moves or withdraws right now is left to it. */
    static List<Locked> takeDue(Connection connection, int limit) throws SQLException {
        try (var delete = connection.prepareStatement(
                "with due as (select job_id, slice from locked_pay"
                        + " where matures_at <= now() order by matures_at limit ? for update skip locked)"
                        + " delete from locked_pay l using due d where l.job_id = d.job_id and l.slice = d.slice returning l.*")) {
            delete.setInt(1, limit);
            return read(delete);
        }
    }

    /** Waits for whoever moves or withdraws some of it right now; what matured meanwhile is not among it. */
    static List<Locked> lock(Connection connection, Collection<UUID> jobs) throws SQLException {
        try (var select = connection.prepareStatement(
                "select * from locked_pay where job_id = any(?) order by job_id, slice for update")) {
            new Columns(connection, select).uuids(jobs, id -> id);
            return read(select);
        }
    }

    static void delete(Connection connection, List<Locked> pays) throws SQLException {
        try (var delete = connection.prepareStatement("delete from locked_pay l using unnest(?, ?) as p(job_id, slice)"
                + " where l.job_id = p.job_id and l.slice = p.slice")) {
            new Columns(connection, delete).uuids(pays, Locked::job).ints(pays, Locked::slice);
            delete.executeUpdate();
        }
    }

    /** A row is kept as it is, so one with another time takes its place; what is never due costs who takes what is due nothing. */
    static void replace(Connection connection, List<Locked> pays, String maturesAt) throws SQLException {
        if (pays.isEmpty()) {
            return;
        }
        delete(connection, pays);
        try (var insert = connection.prepareStatement(
                "insert into locked_pay (job_id, slice, buyer, provider, amount, matures_at)"
                        + " select p.*, ?::timestamptz from unnest(?, ?, ?, ?, ?) as p(job_id, slice, buyer, provider, amount)")) {
            new Columns(connection, insert)
                    .set(maturesAt)
                    .uuids(pays, Locked::job)
                    .ints(pays, Locked::slice)
                    .uuids(pays, Locked::buyer)
                    .uuids(pays, Locked::provider)
                    .amounts(pays, Locked::amount);
            insert.executeUpdate();
        }
    }

    /** Metered pay counts against its task's budget, as long as it is not given back. */
    static void giveBackToTasks(Connection connection, List<Locked> pays) throws SQLException {
        try (var update = connection.prepareStatement("update task k set committed = k.committed - w.amount"
                + " from (select m.task_id, sum(p.amount) as amount from unnest(?, ?) as p(job_id, amount)"
                + " join meter m on m.job_id = p.job_id group by m.task_id) w where k.id = w.task_id")) {
            new Columns(connection, update).uuids(pays, Locked::job).amounts(pays, Locked::amount);
            update.executeUpdate();
        }
    }

    /** What became of all that these jobs have paid. */
    static Map<UUID, Withdrawal> withdrawals(Connection connection, Collection<UUID> jobs) throws SQLException {
        try (var select = connection.prepareStatement("select job_id,"
                + " coalesce(sum(amount) filter (where reason = 'WITHDRAWN'), 0) as withdrawn,"
                + " sum(case reason when 'SETTLE' then amount else -amount end) as stays from ledger_entry"
                + " where job_id = any(?) and reason in ('SETTLE', 'WITHDRAWN') group by job_id")) {
            new Columns(connection, select).uuids(jobs, id -> id);
            var withdrawals = new HashMap<UUID, Withdrawal>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    withdrawals.put(
                            uuid(row, "job_id"), new Withdrawal(amount(row, "withdrawn"), amount(row, "stays")));
                }
            }
            return withdrawals;
        }
    }

    /** When the next pay of this provider matures; null when nothing is locked that has a time. */
    static @Nullable Instant next(Connection connection, UUID provider) throws SQLException {
        try (var select = connection.prepareStatement(
                "select min(matures_at) as next from locked_pay where provider = ? and matures_at < 'infinity'")) {
            select.setObject(1, provider);
            try (var row = select.executeQuery()) {
                row.next();
                return instant(row, "next");
            }
        }
    }

    private static List<Locked> read(PreparedStatement statement) throws SQLException {
        var pays = new ArrayList<Locked>();
        try (var row = statement.executeQuery()) {
            while (row.next()) {
                pays.add(new Locked(
                        uuid(row, "job_id"),
                        row.getInt("slice"),
                        uuid(row, "buyer"),
                        uuid(row, "provider"),
                        amount(row, "amount"),
                        requiredInstant(row, "matures_at")));
            }
        }
        return pays;
    }
}
