package io.pithead.coordinator.log;

import io.pithead.coordinator.log.core.Span;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.job.JobState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of logs, and what is asked of the job they belong to. */
final class LogStore {
    private LogStore() {}

    /** Who may write: the newest lease, its holder, and whether it is live or was until a moment ago. */
    record Holder(@Nullable UUID provider, @Nullable Long lease, int attempt, boolean live) {}

    /** A stored stretch. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Row(long offset, byte[] data) {}

    /** Which attempt is read, how long its log is, and whether the job has ended. */
    record Log(long lease, int attempt, long size) {}

    static Optional<Holder> holder(Connection connection, UUID jobId, Duration grace) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select n.account_id as provider, j.lease_token, j.attempt,
                       j.state in ('LEASED', 'RUNNING')
                       or exists (select 1 from job_event e where e.job_id = j.id and e.seq = j.last_seq
                                     and e.at > now() - make_interval(secs => ?)) as live
                  from job j left join node n on n.id = j.lease_node
                 where j.id = ?
                """)) {
            bind(statement, grace.toSeconds(), jobId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new Holder(
                                row.getObject("provider", UUID.class),
                                Columns.nullableLong(row, "lease_token"),
                                row.getInt("attempt"),
                                row.getBoolean("live")))
                        : Optional.empty();
            }
        }
    }

    /** One writer of a job's log at a time, to the end of the transaction. */
    static void lock(Connection connection, UUID jobId) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select pg_advisory_xact_lock(hashtextextended('log:' || ?, 0))")) {
            bind(statement, jobId.toString()).execute();
        }
    }

    static List<Span> spans(Connection connection, UUID jobId, long lease) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select at_offset, at_offset + octet_length(data) as ends from job_log
                 where job_id = ? and lease = ? order by at_offset
                """)) {
            bind(statement, jobId, lease);
            var spans = new ArrayList<Span>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    spans.add(new Span(row.getLong("at_offset"), row.getLong("ends")));
                }
            }
            return spans;
        }
    }

    /** New rows in one go, then the growth of those that are there. */
    static void write(Connection connection, UUID jobId, long lease, int attempt, List<Row> added, List<Row> grown)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into job_log (job_id, lease, at_offset, attempt, data) values (?, ?, ?, ?, ?)")) {
            for (Row row : added) {
                bind(insert, jobId, lease, row.offset(), attempt, row.data()).addBatch();
            }
            insert.executeBatch();
        }
        try (PreparedStatement append = connection.prepareStatement(
                "update job_log set data = data || ? where job_id = ? and lease = ? and at_offset = ?")) {
            for (Row row : grown) {
                bind(append, row.data(), jobId, lease, row.offset()).addBatch();
            }
            append.executeBatch();
        }
    }

    static void drop(Connection connection, UUID jobId, long lease, List<Long> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "delete from job_log where at_offset = any(?) and job_id = ? and lease = ?")) {
            new Columns(connection, statement)
                    .longs(rows, row -> row)
                    .set(jobId)
                    .set(lease);
            statement.executeUpdate();
        }
    }

    /** Logs of attempts before the newest ones go. */
    static void dropOldAttempts(Connection connection, UUID jobId, int kept) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                delete from job_log where job_id = ? and lease not in (
                    select lease from job_log where job_id = ? group by lease order by lease desc limit ?)
                """)) {
            bind(statement, jobId, jobId, kept).executeUpdate();
        }
    }

    /** Empty when the account has no such job. */
    static Optional<JobState> state(Connection connection, UUID accountId, UUID jobId) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select state from job where id = ? and account_id = ?")) {
            bind(statement, jobId, accountId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(JobState.valueOf(row.getString(1))) : Optional.empty();
            }
        }
    }

    /** The log of one attempt, or of the newest that has one. */
    static Optional<Log> log(Connection connection, UUID jobId, OptionalInt attempt) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select lease, attempt, at_offset + octet_length(data) as size from job_log
                 where job_id = ? and (? or attempt = ?) order by lease desc, at_offset desc limit 1
                """)) {
            bind(statement, jobId, attempt.isEmpty(), attempt.orElse(0));
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new Log(row.getLong("lease"), row.getInt("attempt"), row.getLong("size")))
                        : Optional.empty();
            }
        }
    }

    /** The rows that reach beyond an offset, in order: the first of them, and those that begin within {@code limit} bytes. */
    static List<Row> rows(Connection connection, UUID jobId, long lease, long offset, int limit) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                with first as (
                    select at_offset from job_log
                     where job_id = ? and lease = ? and at_offset > ? and at_offset + octet_length(data) > ?
                     order by at_offset limit 1)
                select l.at_offset, l.data from first f join job_log l on l.job_id = ? and l.lease = ?
                       and l.at_offset between f.at_offset and greatest(f.at_offset, ?) + ?
                 order by l.at_offset
                """)) {
            bind(statement, jobId, lease, offset - MAX_ROW_BYTES, offset, jobId, lease, offset, limit);
            var rows = new ArrayList<Row>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(row.getLong("at_offset"), row.getBytes("data")));
                }
            }
            return rows;
        }
    }

    /** As the table bounds it. */
    private static final int MAX_ROW_BYTES = 65_536;

    private static PreparedStatement bind(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
