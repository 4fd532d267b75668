package io.pithead.coordinator.account;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.key.Scope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;

/** The look-ups of authentication, in SQL: they run per miss and per change, never through entities. */
final class KeyStore {
    private static final String LIVE_KEY =
            "select k.sha256, k.id, k.account_id, k.scope, k.hint, k.requests_per_minute,"
                    + " k.expires_at from api_key k join account a on a.id = k.account_id"
                    + " where k.revoked_at is null and a.disabled_at is null and ";
    private static final int QUERY_TIMEOUT_SECONDS = 3;

    private final DataSource dataSource;

    KeyStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Of accounts and keys, and of people and their sessions. */
    record Revisions(long keys, long users) {}

    Revisions revisions() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement select = prepare(connection, "select revision, users from auth_revision");
                ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("auth_revision has no row");
            }
            return new Revisions(row.getLong(1), row.getLong(2));
        }
    }

    Optional<KnownKey> find(KeyDigest digest) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement select = prepare(connection, LIVE_KEY + "k.sha256 = ?")) {
            select.setBytes(1, digest.bytes());
            return first(select);
        }
    }

    Optional<KnownKey> find(UUID keyId) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement select = prepare(connection, LIVE_KEY + "k.id = ?")) {
            select.setObject(1, keyId);
            return first(select);
        }
    }

    Map<KeyDigest, KnownKey> find(Collection<KeyDigest> digests) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement select = prepare(connection, LIVE_KEY + "k.sha256 = any (?)")) {
            byte[][] asked = digests.stream().map(KeyDigest::bytes).toArray(byte[][]::new);
            select.setArray(1, connection.createArrayOf("bytea", asked));
            var found = new HashMap<KeyDigest, KnownKey>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.put(KeyDigest.of(rows.getBytes(1)), key(rows));
                }
            }
            return found;
        }
    }

    /** One statement for all, in id order, so that two instances never wait for each other in a circle. */
    void flushLastUsed(Map<UUID, Long> usedAtMillis) throws SQLException {
        var inOrder = new TreeMap<UUID, Long>(usedAtMillis);
        try (Connection connection = dataSource.getConnection();
                PreparedStatement update = prepare(connection, """
                        update api_key k set last_used_at = u.at
                          from (select k.id, u.at from unnest(?::uuid[], ?::text[]::timestamptz[]) as u (id, at)
                                  join api_key k on k.id = u.id order by k.id for update of k) u
                         where k.id = u.id and (k.last_used_at is null or k.last_used_at < u.at)""")) {
            update.setArray(1, connection.createArrayOf("uuid", inOrder.keySet().toArray()));
            Object[] times = inOrder.values().stream()
                    .map(millis -> Instant.ofEpochMilli(millis).toString())
                    .toArray();
            update.setArray(2, connection.createArrayOf("text", times));
            update.executeUpdate();
        }
    }

    private static Optional<KnownKey> first(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? Optional.of(key(row)) : Optional.empty();
        }
    }

    private static KnownKey key(ResultSet row) throws SQLException {
        var caller = new Caller(
                row.getObject("account_id", UUID.class),
                row.getObject("id", UUID.class),
                Scope.valueOf(row.getString("scope")),
                row.getString("hint"));
        return new KnownKey(
                caller, row.getObject("requests_per_minute", Integer.class), Columns.instant(row, "expires_at"));
    }

    private static PreparedStatement prepare(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setQueryTimeout(QUERY_TIMEOUT_SECONDS);
        return statement;
    }
}
