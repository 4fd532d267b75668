package io.pithead.validator.challenge;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.job.Finding;
import io.pithead.protocol.json.Json;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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

/** What was found, and what could not be. */
final class FindingStore {
    /** A charge that is open is judged by findings however old they are; that it names one is looked for in its text, for few are open. */
    private static final String FORGET = """
            delete from validator.finding f
             where f.over_at is not null and f.made_at < ?::timestamptz
               and not exists (select 1 from validator.charge c
                    where c.verdict is null and position(f.job_id::text in c.document) > 0)""";

    private FindingStore() {}

    /**
     * A case of which nothing more is to be found.
     *
     * @param taken what the coordinator has of it
     */
    record Ended(@Nullable Finding taken) {}

    static Set<UUID> known(Connection connection, Collection<UUID> jobs) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select job_id from validator.finding where job_id = any(?)")) {
            new Columns(connection, select).uuids(jobs, id -> id);
            var known = new HashSet<UUID>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    known.add(Columns.uuid(row, "job_id"));
                }
            }
            return known;
        }
    }

    /** False when another instance found something first. */
    static boolean keep(Connection connection, Finding finding, Instant now) throws SQLException {
        return insert(connection, finding.job(), Json.text(finding), null, now);
    }

    static boolean keepNothing(Connection connection, UUID job, String reason, Instant now) throws SQLException {
        return insert(connection, job, null, reason, now);
    }

    private static boolean insert(
            Connection connection, UUID job, @Nullable String document, @Nullable String reason, Instant now)
            throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into validator.finding (job_id, document, reason, made_at, over_at)"
                        + " values (?, ?, ?, ?::timestamptz, case when ?::text is null then ?::timestamptz end)"
                        + " on conflict do nothing")) {
            new Columns(connection, insert)
                    .set(job)
                    .set(document)
                    .set(reason)
                    .set(now.toString())
                    .set(document)
                    .set(now.toString());
            return insert.executeUpdate() == 1;
        }
    }

    static List<Finding> unsent(Connection connection, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select document from validator.finding where over_at is null order by made_at limit ?")) {
            new Columns(connection, select).set(limit);
            var unsent = new ArrayList<Finding>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    unsent.add(Json.own(row.getString("document"), Finding.class));
                }
            }
            return unsent;
        }
    }

    static void over(Connection connection, UUID job, @Nullable String refusal, Instant now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update validator.finding set over_at = ?::timestamptz, refusal = ? where job_id = ? and over_at is null")) {
            new Columns(connection, update).set(now.toString()).set(refusal).set(job);
            update.executeUpdate();
        }
    }

    /** Those of these cases that are over for this validator; of the others it may still find something, or say it. */
    static Map<UUID, Ended> ended(Connection connection, Collection<UUID> jobs) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select job_id, case when refusal is null then document end as taken"
                        + " from validator.finding where job_id = any(?) and over_at is not null")) {
            new Columns(connection, select).uuids(jobs, id -> id);
            var ended = new HashMap<UUID, Ended>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    String taken = row.getString("taken");
                    ended.put(
                            Columns.uuid(row, "job_id"),
                            new Ended(taken == null ? null : Json.own(taken, Finding.class)));
                }
            }
            return ended;
        }
    }

    static void forget(Connection connection, Instant before) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(FORGET)) {
            new Columns(connection, delete).set(before.toString());
            delete.executeUpdate();
        }
    }
}
