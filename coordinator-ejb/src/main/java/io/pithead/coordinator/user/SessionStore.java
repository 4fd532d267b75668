package io.pithead.coordinator.user;

import io.pithead.coordinator.platform.Columns;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of sessions and of links. */
final class SessionStore {
    private SessionStore() {}

    /** A session that was not ended, of a user who is not disabled; whether it is over is not asked. */
    record SessionRow(
            UUID id,
            UUID user,
            String name,
            List<Membership> memberships,
            @Nullable UUID operator,
            boolean byLink,
            Instant createdAt,
            Instant lastSeenAt,
            Instant expiresAt) {}

    static void insert(
            Connection connection,
            UUID id,
            UUID user,
            byte[] sha256,
            boolean byLink,
            Instant now,
            Instant expiresAt,
            Origin from)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                        insert into user_session (id, user_id, sha256, by_link, created_at, last_seen_at, expires_at, address, agent)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            insert.setObject(1, id);
            insert.setObject(2, user);
            insert.setBytes(3, sha256);
            insert.setBoolean(4, byLink);
            insert.setObject(5, now.atOffset(ZoneOffset.UTC));
            insert.setObject(6, now.atOffset(ZoneOffset.UTC));
            insert.setObject(7, expiresAt.atOffset(ZoneOffset.UTC));
            insert.setString(8, from.address());
            insert.setString(9, from.agent());
            insert.executeUpdate();
        }
    }

    private static final String SESSION = """
            select s.id, s.user_id, u.name, s.by_link, s.created_at, s.last_seen_at, s.expires_at,
                   (select id from account where name = 'operator' order by id limit 1) as operator
              from user_session s join app_user u on u.id = s.user_id
             where u.disabled_at is null and\s""";

    static @Nullable SessionRow find(Connection connection, byte[] sha256) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SESSION + "s.sha256 = ?")) {
            select.setBytes(1, sha256);
            return first(connection, select);
        }
    }

    static @Nullable SessionRow byId(Connection connection, UUID id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SESSION + "s.id = ?")) {
            select.setObject(1, id);
            return first(connection, select);
        }
    }

    private static @Nullable SessionRow first(Connection connection, PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                return null;
            }
            UUID user = Columns.uuid(row, "user_id");
            return new SessionRow(
                    Columns.uuid(row, "id"),
                    user,
                    row.getString("name"),
                    UserStore.usable(connection, user),
                    row.getObject("operator", UUID.class),
                    row.getBoolean("by_link"),
                    Columns.requiredInstant(row, "created_at"),
                    Columns.requiredInstant(row, "last_seen_at"),
                    Columns.requiredInstant(row, "expires_at"));
        }
    }

    /** Whether a link began it, after then. */
    static boolean isByLink(Connection connection, UUID session, Instant after) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select 1 from user_session where id = ? and by_link and created_at > ?")) {
            select.setObject(1, session);
            select.setObject(2, after.atOffset(ZoneOffset.UTC));
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    static boolean isLive(Connection connection, UUID session, Instant now, Duration idle) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select 1 from user_session s join app_user u on u.id = s.user_id"
                        + " where s.id = ? and s.expires_at > ? and s.last_seen_at > ? and u.disabled_at is null")) {
            select.setObject(1, session);
            select.setObject(2, now.atOffset(ZoneOffset.UTC));
            select.setObject(3, now.minus(idle).atOffset(ZoneOffset.UTC));
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    static void end(Connection connection, UUID session) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from user_session where id = ?")) {
            delete.setObject(1, session);
            delete.executeUpdate();
        }
    }

    /** @param but this one goes on */
    static int endAll(Connection connection, UUID user, @Nullable UUID but) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "delete from user_session where user_id = ? and id is distinct from ?::uuid")) {
            delete.setObject(1, user);
            delete.setObject(2, but);
            return delete.executeUpdate();
        }
    }

    /** Ends the oldest, so that no more than this are left. */
    static void endBeyond(Connection connection, UUID user, int max) throws SQLException {
        List<UUID> beyond = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select id from user_session where user_id = ? order by id desc offset ?")) {
            select.setObject(1, user);
            select.setInt(2, max);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    beyond.add(Columns.uuid(rows, "id"));
                }
            }
        }
        end(connection, beyond);
    }

    /** Those that are over. A statement that finds none would wake all instances for nothing, so they are looked for first. */
    static void endOver(Connection connection, Instant now, Duration idle, int limit) throws SQLException {
        List<UUID> over = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select id from user_session where last_seen_at <= ? or expires_at <= ? limit ?")) {
            select.setObject(1, now.minus(idle).atOffset(ZoneOffset.UTC));
            select.setObject(2, now.atOffset(ZoneOffset.UTC));
            select.setInt(3, limit);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    over.add(Columns.uuid(rows, "id"));
                }
            }
        }
        end(connection, over);
    }

    private static void end(Connection connection, List<UUID> sessions) throws SQLException {
        if (sessions.isEmpty()) {
            return;
        }
        try (PreparedStatement delete = connection.prepareStatement("delete from user_session where id = any (?)")) {
            delete.setArray(1, connection.createArrayOf("uuid", sessions.toArray()));
            delete.executeUpdate();
        }
    }

    /** One statement for all, in id order, so that two instances never wait for each other in a circle. */
    static void seen(Connection connection, Map<UUID, Instant> lastSeen) throws SQLException {
        var inOrder = new TreeMap<>(lastSeen);
        try (PreparedStatement update = connection.prepareStatement("""
                        update user_session s set last_seen_at = u.at
                          from (select s.id, u.at from unnest(?::uuid[], ?::text[]::timestamptz[]) as u (id, at)
                                  join user_session s on s.id = u.id order by s.id for update of s) u
                         where s.id = u.id and s.last_seen_at < u.at""")) {
            var columns = new Columns(connection, update);
            columns.uuids(inOrder.keySet(), id -> id).texts(inOrder.values(), Instant::toString);
            update.executeUpdate();
        }
    }

    /** The only one: an earlier link of this user is good no more. */
    static void putLink(Connection connection, UUID user, byte[] sha256, Instant expiresAt) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement(
                "insert into user_link (user_id, sha256, expires_at) values (?, ?, ?) on conflict (user_id) do update"
                        + " set sha256 = excluded.sha256, expires_at = excluded.expires_at")) {
            upsert.setObject(1, user);
            upsert.setBytes(2, sha256);
            upsert.setObject(3, expiresAt.atOffset(ZoneOffset.UTC));
            upsert.executeUpdate();
        }
    }

    /** Whether a link waits to let this user in. */
    static boolean hasLink(Connection connection, UUID user, Instant now) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select 1 from user_link where user_id = ? and expires_at > ?")) {
            select.setObject(1, user);
            select.setObject(2, now.atOffset(ZoneOffset.UTC));
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Whose link this was; of two who use it at once one gets it. */
    static @Nullable UUID useLink(Connection connection, byte[] sha256, Instant now) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from user_link l using app_user u"
                + " where l.sha256 = ? and l.expires_at > ? and u.id = l.user_id and u.disabled_at is null"
                + " returning l.user_id")) {
            delete.setBytes(1, sha256);
            delete.setObject(2, now.atOffset(ZoneOffset.UTC));
            try (ResultSet row = delete.executeQuery()) {
                return row.next() ? Columns.uuid(row, "user_id") : null;
            }
        }
    }

    static void removeLink(Connection connection, UUID user) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from user_link where user_id = ?")) {
            delete.setObject(1, user);
            delete.executeUpdate();
        }
    }
}
