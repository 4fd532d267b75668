package io.pithead.coordinator.feed;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.job.JobEvent;
import io.pithead.protocol.job.JobState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Reads the history of followed jobs. */
final class FeedStore {
    private FeedStore() {}

    /** How far a job is. */
    record Place(int lastSeq, boolean ended) {}

    /** Empty when the account has no such job. */
    static Optional<Place> place(Connection connection, UUID accountId, UUID jobId) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select state, last_seq from job where id = ? and account_id = ?")) {
            statement.setObject(1, jobId);
            statement.setObject(2, accountId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new Place(
                                row.getInt("last_seq"),
                                JobState.valueOf(row.getString("state")).isTerminal()))
                        : Optional.empty();
            }
        }
    }

    /** What happened to each job after the number it is given with, in order, up to a limit over all. */
    static Map<UUID, List<JobEvent>> after(Connection connection, Map<UUID, Integer> lastSeqs, int limit)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select e.job_id, e.seq, e.state, e.at, e.actor, e.attempt, e.lease, e.reason
                  from unnest(?, ?) f(job_id, seq)
                  join job_event e on e.job_id = f.job_id and e.seq > f.seq
                 order by e.job_id, e.seq
                 limit ?
                """)) {
            new Columns(connection, statement)
                    .uuids(lastSeqs.keySet(), job -> job)
                    .ints(lastSeqs.values(), seq -> seq)
                    .set(limit);
            var events = new LinkedHashMap<UUID, List<JobEvent>>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    events.computeIfAbsent(Columns.uuid(row, "job_id"), job -> new ArrayList<>())
                            .add(event(row));
                }
            }
            return events;
        }
    }

    private static JobEvent event(ResultSet row) throws SQLException {
        return new JobEvent(
                row.getInt("seq"),
                JobState.valueOf(row.getString("state")),
                Columns.requiredInstant(row, "at"),
                row.getString("actor"),
                row.getInt("attempt"),
                Columns.nullableLong(row, "lease"),
                row.getString("reason"));
    }
}
