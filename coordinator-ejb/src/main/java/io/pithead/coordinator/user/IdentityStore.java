package io.pithead.coordinator.user;

import io.pithead.coordinator.platform.Columns;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of who signs in with an issuer's account, and of attempts to. */
final class IdentityStore {
    private IdentityStore() {}

    /** Somebody, as an issuer calls it. */
    record Identity(String issuer, String subject) {}

    /** Who asked for a binding, in which session. */
    record Asked(UUID user, UUID session) {}

    static @Nullable UUID userOf(Connection connection, Identity identity) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select user_id from user_identity where issuer = ? and subject = ?")) {
            select.setString(1, identity.issuer());
            select.setString(2, identity.subject());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Columns.uuid(row, "user_id") : null;
            }
        }
    }

    static @Nullable Identity of(Connection connection, UUID user) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select issuer, subject from user_identity where user_id = ?")) {
            select.setObject(1, user);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? new Identity(row.getString("issuer"), row.getString("subject")) : null;
            }
        }
    }

    /** In place of the one before. False when it is somebody else's. */
    static boolean bind(Connection connection, UUID user, Identity identity, Instant now) throws SQLException {
        UUID holder = userOf(connection, identity);
        if (holder != null) {
            return holder.equals(user);
        }
        unbind(connection, user);
        try (PreparedStatement insert =
                connection.prepareStatement("insert into user_identity (user_id, issuer, subject, bound_at)"
                        + " values (?, ?, ?, ?) on conflict on constraint user_identity_once do nothing")) {
            insert.setObject(1, user);
            insert.setString(2, identity.issuer());
            insert.setString(3, identity.subject());
            insert.setObject(4, now.atOffset(ZoneOffset.UTC));
            return insert.executeUpdate() == 1;
        }
    }

    /** False when there was none. */
    static boolean unbind(Connection connection, UUID user) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from user_identity where user_id = ?")) {
            delete.setObject(1, user);
            return delete.executeUpdate() == 1;
        }
    }

    // attempts -------------------------------------------------------------------------------------------------------

    static void askToBind(Connection connection, byte[] sha256, Asked by, Instant expiresAt) throws SQLException {
        insert(connection, sha256, "BINDING", by.user(), by.session(), expiresAt);
    }

    static void askForCode(Connection connection, byte[] sha256, UUID user, Instant expiresAt) throws SQLException {
        insert(connection, sha256, "CODE", user, null, expiresAt);
    }

    /** Whether nobody did before. */
    static boolean spend(Connection connection, byte[] sha256, Instant expiresAt) throws SQLException {
        return insert(connection, sha256, "SPENT", null, null, expiresAt);
    }

    private static boolean insert(
            Connection connection,
            byte[] sha256,
            String stage,
            @Nullable UUID user,
            @Nullable UUID session,
            Instant expiresAt)
            throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into oidc_attempt (sha256, stage, user_id, session_id, expires_at)"
                        + " values (?, ?, ?, ?, ?) on conflict (sha256) do nothing")) {
            insert.setBytes(1, sha256);
            insert.setString(2, stage);
            insert.setObject(3, user);
            insert.setObject(4, session);
            insert.setObject(5, expiresAt.atOffset(ZoneOffset.UTC));
            return insert.executeUpdate() == 1;
        }
    }

    /** Of two who come with it at once one gets it. */
    static @Nullable Asked takeBinding(Connection connection, byte[] sha256, Instant now) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from oidc_attempt"
                + " where sha256 = ? and stage = 'BINDING' and expires_at > ? returning user_id, session_id")) {
            delete.setBytes(1, sha256);
            delete.setObject(2, now.atOffset(ZoneOffset.UTC));
            try (ResultSet row = delete.executeQuery()) {
                return row.next() ? new Asked(Columns.uuid(row, "user_id"), Columns.uuid(row, "session_id")) : null;
            }
        }
    }

    /** Who still has to show a code. */
    static @Nullable UUID waitsForCode(Connection connection, byte[] sha256, Instant now) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select user_id from oidc_attempt where sha256 = ? and stage = 'CODE' and expires_at > ?")) {
            select.setBytes(1, sha256);
            select.setObject(2, now.atOffset(ZoneOffset.UTC));
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Columns.uuid(row, "user_id") : null;
            }
        }
    }

    /** Of two who come with it at once one gets it. */
    static boolean takeCode(Connection connection, byte[] sha256) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from oidc_attempt where sha256 = ? and stage = 'CODE'")) {
            delete.setBytes(1, sha256);
            return delete.executeUpdate() == 1;
        }
    }

    static void forgetAttempts(Connection connection, Instant now, int limit) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from oidc_attempt where ctid = any (array(select ctid from"
                        + " oidc_attempt where expires_at <= ? limit ? for update skip locked))")) {
            delete.setObject(1, now.atOffset(ZoneOffset.UTC));
            delete.setInt(2, limit);
            delete.executeUpdate();
        }
    }
}
