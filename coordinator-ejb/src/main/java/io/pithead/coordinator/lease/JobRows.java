package io.pithead.coordinator.lease;

import static io.pithead.coordinator.platform.Columns.instant;
import static io.pithead.coordinator.platform.Columns.nullableInt;
import static io.pithead.coordinator.platform.Columns.nullableLong;
import static io.pithead.coordinator.platform.Columns.requiredInstant;
import static io.pithead.coordinator.platform.Columns.uuid;

import io.pithead.coordinator.lease.JobRow.Judging;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.job.JobState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads jobs under lock and writes them back, many at a time. */
final class JobRows {
    private static final String READ =
            "select j.*, n.account_id as provider, n.miner_id, n.renews, now() as now from job j"
                    + " left join node n on n.id = j.lease_node where ";

    private JobRows() {}

    /** Locks the jobs in id order. */
    static Map<UUID, JobRow> lock(Connection connection, Collection<UUID> ids) throws SQLException {
        try (var select = connection.prepareStatement(READ + "j.id = any(?) order by j.id for update of j")) {
            new Columns(connection, select).uuids(Columns.sorted(ids), id -> id);
            return read(select);
        }
    }

    /** Locks what these nodes hold; a row somebody else is changing is left out, its change is as new as this one. */
    static Map<UUID, JobRow> lockHeldBy(Connection connection, Collection<UUID> nodes) throws SQLException {
        try (var select =
                connection.prepareStatement(READ + "j.lease_node = any(?) and j.state in ('LEASED', 'RUNNING')"
                        + " order by j.id for update of j skip locked")) {
            new Columns(connection, select).uuids(nodes, id -> id);
            return read(select);
        }
    }

    /** Locks jobs that match a condition on an indexed time; whoever comes first takes them. */
    static Map<UUID, JobRow> lockDue(Connection connection, String condition, String order, int limit)
            throws SQLException {
        try (var select = connection.prepareStatement(
                READ + condition + " order by " + order + " limit ? for update of j skip locked")) {
            select.setInt(1, limit);
            return read(select);
        }
    }

    static void save(Connection connection, Collection<JobRow> rows) throws SQLException {
        List<JobRow> changed = rows.stream().filter(row -> row.changed).toList();
        if (changed.isEmpty()) {
            return;
        }
        try (var update = connection.prepareStatement("update job j set state = r.state, last_seq = r.seq,"
                + " lease_missed = r.missed, lease_expires_at = r.lease_expires_at, percent = coalesce(r.percent, j.percent),"
                + " note = coalesce(r.note, j.note), output_sha = r.output_sha, error_code = r.error_code,"
                + " error_message = r.error_message, ready_at = coalesce(r.ready_at, j.ready_at), waiting = r.waiting,"
                + " finished_at = case when r.ended then now() end"
                + " from unnest(?, ?, ?, ?::smallint[], ?::text[]::timestamptz[], ?::smallint[], ?, ?, ?, ?,"
                + " ?::text[]::timestamptz[], ?, ?) as r(id, state, seq, missed, lease_expires_at, percent, note,"
                + " output_sha, error_code, error_message, ready_at, waiting, ended) where j.id = r.id")) {
            new Columns(connection, update)
                    .uuids(changed, row -> row.id)
                    .texts(changed, row -> row.state.name())
                    .ints(changed, row -> row.seq)
                    .ints(changed, row -> row.missed)
                    .texts(changed, row -> text(row.leaseExpiresAt))
                    .ints(changed, row -> row.percent)
                    .texts(changed, row -> row.note)
                    .texts(changed, row -> row.outputSha)
                    .texts(changed, row -> row.errorCode)
                    .texts(changed, row -> row.errorMessage)
                    .texts(changed, row -> text(row.readyAt))
                    .bools(changed, row -> row.waiting)
                    .bools(changed, row -> row.state.isTerminal());
            update.executeUpdate();
        }
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private static Map<UUID, JobRow> read(PreparedStatement select) throws SQLException {
        var found = new ArrayList<JobRow>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                found.add(row(row));
            }
        }
        var byId = new LinkedHashMap<UUID, JobRow>();
        found.forEach(job -> byId.put(job.id, job));
        return byId;
    }

    private static JobRow row(ResultSet row) throws SQLException {
        var read = new JobRow.Read(
                uuid(row, "id"),
                uuid(row, "account_id"),
                row.getString("workload"),
                Columns.amount(row, "price"),
                row.getInt("attempt"),
                row.getInt("max_attempts"),
                row.getBoolean("callback"),
                nullableLong(row, "lease_token"),
                row.getObject("lease_node", UUID.class),
                row.getObject("provider", UUID.class),
                row.getString("miner_id"),
                row.getBoolean("renews"),
                "CONTAINER".equals(row.getString("kind")),
                judging(row),
                instant(row, "started_at"),
                instant(row, "deadline"),
                requiredInstant(row, "expires_at"),
                requiredInstant(row, "now"));
        var job = new JobRow(
                read,
                JobState.valueOf(row.getString("state")),
                row.getInt("last_seq"),
                row.getInt("lease_missed"),
                instant(row, "lease_expires_at"),
                row.getString("output_sha"));
        job.percent = nullableInt(row, "percent");
        job.waiting = row.getBoolean("waiting");
        return job;
    }

    private static Judging judging(ResultSet row) throws SQLException {
        String verification = row.getString("verification");
        if (verification == null) {
            return "REPLICA".equals(row.getString("kind")) ? Judging.LATER : Judging.NONE;
        }
        return "HASH".equals(verification) ? Judging.BY_HASH : Judging.LATER;
    }
}
