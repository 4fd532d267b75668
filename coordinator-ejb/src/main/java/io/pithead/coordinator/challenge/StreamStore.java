package io.pithead.coordinator.challenge;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.challenge.Challenge;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/** The SQL of what nodes are sent for challenges of their lines. */
final class StreamStore {
    /** A line that breaks may be tried again; more is somebody's bill. */
    static final int MAX_FETCHES = 3;

    private StreamStore() {}

    static void insert(Connection connection, Challenge challenge, String key) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into challenge_stream (challenge_id, address, key, mib) values (?, ?, ?, ?)")) {
            new Columns(connection, insert)
                    .set(challenge.id())
                    .set(challenge.node())
                    .set(key)
                    .set(challenge.size());
            insert.executeUpdate();
        }
    }

    /** MiB that the node was sent in a day, whoever asked for it; what it may still fetch counts as if it had. */
    static long ofToday(Connection connection, String node) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select coalesce(sum(mib * greatest(fetches, 1)), 0) as mib from challenge_stream"
                        + " where address = ? and made_at > now() - interval '1 day'")) {
            new Columns(connection, select).set(node);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong("mib");
            }
        }
    }

    /** The key, counted as a fetch; empty when there may be none any more. */
    static Optional<String> fetch(Connection connection, UUID challenge) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update challenge_stream s"
                + " set fetches = fetches + 1, begun_at = coalesce(begun_at, now()) from challenge c"
                + " where s.challenge_id = ? and c.id = s.challenge_id and c.state = 'OFFERED' and c.commit_by > now()"
                + " and s.fetches < ? returning s.key")) {
            new Columns(connection, update).set(challenge).set(MAX_FETCHES);
            try (ResultSet row = update.executeQuery()) {
                return row.next() ? Optional.of(row.getString("key")) : Optional.empty();
            }
        }
    }

    /** The first time counts: whoever has the question can begin. */
    static void told(Connection connection, UUID challenge) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update challenge_stream set told_at = now()"
                + " where challenge_id = ? and told_at is null and begun_at is not null")) {
            new Columns(connection, update).set(challenge);
            update.executeUpdate();
        }
    }
}
