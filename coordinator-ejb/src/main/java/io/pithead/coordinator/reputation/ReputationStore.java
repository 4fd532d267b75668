package io.pithead.coordinator.reputation;

import io.pithead.coordinator.node.Suspensions;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.reputation.core.Sanction.Suspicion;
import io.pithead.coordinator.reputation.core.Track;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of {@code reputation}. */
final class ReputationStore {
    private static final String SELECT = "select r.*, n.created_at, now() as now,"
            // a miner may say what address it likes; who joined a run has shown that it has the key
            + " case when exists (select 1 from run_node m where m.node_id = n.id and m.address = n.node_address)"
            + " then n.node_address end as address,"
            + " coalesce(l.last_seen_at > now() - make_interval(secs => ?), false) as heard,"
            // an operator may have lifted it, or put a ban of its own in its place
            + " case when starts_with(n.ban, '" + Suspensions.WHY + "') then r.suspended_until end as suspended"
            + " from reputation r join node n on n.id = r.node_id left join node_liveness l on l.node_id = r.node_id";

    private ReputationStore() {}

    /** @param address that its key has on chains, where it has shown it @param heard it is online now, where that was asked */
    record Row(
            UUID node,
            Track track,
            double stake,
            double score,
            Instant createdAt,
            @Nullable String address,
            boolean heard,
            Instant lookedAt,
            Suspicion suspicion,
            @Nullable Instant suspendedUntil,
            Instant now) {
        Duration age() {
            return Duration.between(createdAt, now);
        }
    }

    /** What becomes of a row. @param changed so much that other instances should know */
    record Change(UUID node, Track track, double stake, double score, Instant lookedAt, boolean changed, Instant due) {}

    /** What a judgement makes of a node. @param suspended from now on until then; not, where there is nothing */
    record Suspected(
            UUID node, Suspicion suspicion, @Nullable Instant suspended) {}

    record Moved(UUID node, double score, boolean newcomer, Instant changedAt) {}

    static Optional<Row> find(Connection connection, UUID node) throws SQLException {
        try (var select = connection.prepareStatement(SELECT + " where r.node_id = ?")) {
            new Columns(connection, select).set(0.0).set(node);
            return rows(select).stream().findFirst();
        }
    }

    /** Locked, in the order of ids. */
    static List<Row> lock(Connection connection, Collection<UUID> nodes) throws SQLException {
        try (var select = connection.prepareStatement(
                SELECT + " where r.node_id = any(?) order by r.node_id for no key update of r")) {
            new Columns(connection, select).set(0.0).uuids(nodes, id -> id);
            return rows(select);
        }
    }

    /** Those whose time has come, locked; what another instance has is left to it. */
    static List<Row> due(Connection connection, Duration offlineAfter, int limit) throws SQLException {
        try (var select = connection.prepareStatement(
                SELECT + " where r.due_at <= now() order by r.due_at limit ? for no key update of r skip locked")) {
            new Columns(connection, select).set(seconds(offlineAfter)).set(limit);
            return rows(select);
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static List<Row> rows(PreparedStatement select) throws SQLException {
        var found = new ArrayList<Row>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                found.add(new Row(
                        Columns.uuid(row, "node_id"),
                        new Track(
                                row.getLong("right"),
                                row.getDouble("wrong"),
                                Columns.requiredInstant(row, "wrong_at"),
                                row.getDouble("speed"),
                                row.getInt("compared"),
                                row.getDouble("heard_s"),
                                row.getDouble("watched_s")),
                        row.getDouble("stake"),
                        row.getDouble("score"),
                        Columns.requiredInstant(row, "created_at"),
                        row.getString("address"),
                        row.getBoolean("heard"),
                        Columns.requiredInstant(row, "looked_at"),
                        new Suspicion(row.getInt("points"), 0),
                        Columns.instant(row, "suspended"),
                        Columns.requiredInstant(row, "now")));
            }
        }
        return found;
    }

    static void write(Connection connection, List<Change> changes) throws SQLException {
        if (changes.isEmpty()) {
            return;
        }
        try (var update =
                connection.prepareStatement("update reputation r set \"right\" = c.\"right\", wrong = c.wrong,"
                        + " wrong_at = c.wrong_at, speed = c.speed, compared = c.compared, heard_s = c.heard_s,"
                        + " watched_s = c.watched_s, stake = c.stake, score = c.score, looked_at = c.looked_at, due_at = c.due_at,"
                        + " changed_at = case when c.changed then now() else r.changed_at end"
                        + " from unnest(?, ?, ?, ?::timestamptz[], ?, ?, ?, ?, ?, ?, ?::timestamptz[], ?::timestamptz[], ?)"
                        + " as c(node_id, \"right\", wrong, wrong_at, speed, compared, heard_s, watched_s, stake, score, looked_at,"
                        + " due_at, changed) where r.node_id = c.node_id")) {
            new Columns(connection, update)
                    .uuids(changes, Change::node)
                    .longs(changes, one -> one.track().right())
                    .doubles(changes, one -> one.track().wrong())
                    .texts(changes, one -> one.track().wrongAt().toString())
                    .doubles(changes, one -> one.track().speed())
                    .ints(changes, one -> one.track().compared())
                    .doubles(changes, one -> one.track().heardS())
                    .doubles(changes, one -> one.track().watchedS())
                    .doubles(changes, Change::stake)
                    .doubles(changes, Change::score)
                    .texts(changes, one -> one.lookedAt().toString())
                    .texts(changes, one -> one.due().toString())
                    .bools(changes, Change::changed);
            update.executeUpdate();
        }
    }

    static void suspect(Connection connection, List<Suspected> suspected) throws SQLException {
        if (suspected.isEmpty()) {
            return;
        }
        try (var update = connection.prepareStatement("update reputation r set points = s.points,"
                + " suspended_until = coalesce(s.until::timestamptz, r.suspended_until) from unnest(?, ?, ?)"
                + " as s(node_id, points, until) where r.node_id = s.node_id")) {
            new Columns(connection, update)
                    .uuids(suspected, Suspected::node)
                    .ints(suspected, one -> one.suspicion().points())
                    .texts(
                            suspected,
                            one -> one.suspended() == null
                                    ? null
                                    : one.suspended().toString());
            update.executeUpdate();
        }
    }

    /** It was suspended, and validators may want to know of it. */
    static void charge(Connection connection, UUID node) throws SQLException {
        try (var insert = connection.prepareStatement(
                "insert into charge_due (node_id) values (?) on conflict (node_id) do nothing")) {
            new Columns(connection, insert).set(node);
            insert.executeUpdate();
        }
    }

    static void release(Connection connection, UUID node) throws SQLException {
        try (var update =
                connection.prepareStatement("update reputation set suspended_until = null where node_id = ?")) {
            new Columns(connection, update).set(node);
            update.executeUpdate();
        }
    }

    /** Those whose suspension is over, once. */
    static List<UUID> released(Connection connection, int limit) throws SQLException {
        try (var update =
                connection.prepareStatement("update reputation set suspended_until = null where node_id = any("
                        + "array(select node_id from reputation where suspended_until <= now() order by node_id limit ?"
                        + " for no key update skip locked)) returning node_id")) {
            new Columns(connection, update).set(limit);
            var released = new ArrayList<UUID>();
            try (var row = update.executeQuery()) {
                while (row.next()) {
                    released.add(Columns.uuid(row, "node_id"));
                }
            }
            return released;
        }
    }

    /** What has moved since then, of which there is at most a page. */
    static List<Moved> movedAfter(Connection connection, Instant since, UUID after, int limit) throws SQLException {
        try (var select =
                connection.prepareStatement("select node_id, score, \"right\", points, changed_at from reputation"
                        + " where (changed_at, node_id) > (?::timestamptz, ?) order by changed_at, node_id limit ?")) {
            new Columns(connection, select).set(since.toString()).set(after).set(limit);
            var found = new ArrayList<Moved>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new Moved(
                            Columns.uuid(row, "node_id"),
                            row.getDouble("score"),
                            row.getLong("right") < Track.NEWCOMER_UNTIL
                                    || new Suspicion(row.getInt("points"), 0).isSuspect(),
                            Columns.requiredInstant(row, "changed_at")));
                }
            }
            return found;
        }
    }
}
