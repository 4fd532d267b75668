package io.pithead.coordinator.user;

import io.pithead.coordinator.platform.Columns;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of users and of what they may do. */
final class UserStore {
    private static final String USER =
            "select id, name, password, totp, totp_since, totp_step, created_at, disabled_at" + " from app_user where ";

    private UserStore() {}

    record UserRow(
            UUID id,
            String name,
            @Nullable String password,
            byte @Nullable [] totp,
            @Nullable Instant totpSince,
            @Nullable Long totpStep,
            Instant createdAt,
            @Nullable Instant disabledAt) {}

    /** False when the name is taken. */
    static boolean insert(Connection connection, UUID id, String name, Instant now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into app_user (id, name, created_at) values (?, ?, ?) on conflict (name) do nothing")) {
            insert.setObject(1, id);
            insert.setString(2, name);
            insert.setObject(3, now.atOffset(ZoneOffset.UTC));
            return insert.executeUpdate() == 1;
        }
    }

    static @Nullable UserRow byName(Connection connection, String name) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(USER + "name = ?")) {
            select.setString(1, name);
            return first(select);
        }
    }

    static @Nullable UserRow byId(Connection connection, UUID id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(USER + "id = ?")) {
            select.setObject(1, id);
            return first(select);
        }
    }

    /** Held until the transaction ends. */
    static @Nullable UserRow locked(Connection connection, UUID id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(USER + "id = ? for update")) {
            select.setObject(1, id);
            return first(select);
        }
    }

    static List<UserRow> list(Connection connection, @Nullable UUID after, int limit) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(USER + "(?::uuid is null or id > ?) order by id limit ?")) {
            select.setObject(1, after);
            select.setObject(2, after);
            select.setInt(3, limit);
            var users = new ArrayList<UserRow>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    users.add(user(rows));
                }
            }
            return users;
        }
    }

    static void setPassword(Connection connection, UUID user, String phc) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update app_user set password = ? where id = ?")) {
            update.setString(1, phc);
            update.setObject(2, user);
            update.executeUpdate();
        }
    }

    static void setTotp(
            Connection connection, UUID user, byte @Nullable [] sealed, @Nullable Instant since, @Nullable Long step)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update app_user set totp = ?, totp_since = ?, totp_step = ? where id = ?")) {
            update.setBytes(1, sealed);
            update.setObject(2, since == null ? null : since.atOffset(ZoneOffset.UTC));
            update.setObject(3, step);
            update.setObject(4, user);
            update.executeUpdate();
        }
        if (sealed == null) {
            setRecoveryCodes(connection, user, List.of());
        }
    }

    static void useStep(Connection connection, UUID user, long step) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update app_user set totp_step = ? where id = ?")) {
            update.setLong(1, step);
            update.setObject(2, user);
            update.executeUpdate();
        }
    }

    static void setRecoveryCodes(Connection connection, UUID user, List<byte[]> digests) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from user_recovery_code where user_id = ?")) {
            delete.setObject(1, user);
            delete.executeUpdate();
        }
        try (PreparedStatement insert =
                connection.prepareStatement("insert into user_recovery_code (user_id, sha256) select ?, unnest(?)")) {
            insert.setObject(1, user);
            insert.setArray(2, connection.createArrayOf("bytea", digests.toArray(byte[][]::new)));
            insert.executeUpdate();
        }
    }

    /** False when there is none, or no more. */
    static boolean useRecoveryCode(Connection connection, UUID user, byte[] sha256) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from user_recovery_code where user_id = ? and sha256 = ?")) {
            delete.setObject(1, user);
            delete.setBytes(2, sha256);
            return delete.executeUpdate() == 1;
        }
    }

    /** @param at none when the user is let in again */
    static void setDisabled(Connection connection, UUID user, @Nullable Instant at) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update app_user set disabled_at = ? where id = ?")) {
            update.setObject(1, at == null ? null : at.atOffset(ZoneOffset.UTC));
            update.setObject(2, user);
            update.executeUpdate();
        }
    }

    // what they may do -----------------------------------------------------------------------------------------------

    /** All of them, whatever became of their accounts. */
    static List<Membership> memberships(Connection connection, UUID user) throws SQLException {
        return memberships(connection, user, "");
    }

    /** Without those of accounts that are disabled. */
    static List<Membership> usable(Connection connection, UUID user) throws SQLException {
        return memberships(connection, user, " and (m.account_id is null or a.disabled_at is null)");
    }

    private static List<Membership> memberships(Connection connection, UUID user, String and) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select m.role, m.account_id, a.name from user_membership m"
                        + " left join account a on a.id = m.account_id where m.user_id = ?" + and + " order by m.id")) {
            select.setObject(1, user);
            var memberships = new ArrayList<Membership>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    memberships.add(new Membership(
                            UserRole.valueOf(rows.getString("role")),
                            rows.getObject("account_id", UUID.class),
                            rows.getString("name")));
                }
            }
            return memberships;
        }
    }

    /** False when it was there. */
    static boolean addMembership(Connection connection, UUID id, UUID user, UserRole role, @Nullable UUID account)
            throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into user_membership (id, user_id, role, account_id)"
                        + " values (?, ?, ?, ?) on conflict on constraint user_membership_once do nothing")) {
            insert.setObject(1, id);
            insert.setObject(2, user);
            insert.setString(3, role.name());
            insert.setObject(4, account);
            return insert.executeUpdate() == 1;
        }
    }

    static boolean removeMembership(Connection connection, UUID user, UserRole role, @Nullable UUID account)
            throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from user_membership"
                + " where user_id = ? and role = ? and account_id is not distinct from ?::uuid")) {
            delete.setObject(1, user);
            delete.setString(2, role.name());
            delete.setObject(3, account);
            return delete.executeUpdate() == 1;
        }
    }

    static boolean takesMembers(Connection connection, UUID account) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select 1 from account where id = ? and disabled_at is null for share")) {
            select.setObject(1, account);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Whether an administrator who is not disabled is left beside this one; nobody else changes that meanwhile. */
    static boolean hasOtherAdmin(Connection connection, UUID user) throws SQLException {
        try (PreparedStatement lock =
                connection.prepareStatement("select pg_advisory_xact_lock(hashtext('pithead.last_admin'))")) {
            lock.execute();
        }
        try (PreparedStatement select = connection.prepareStatement("select 1 from user_membership m"
                + " join app_user u on u.id = m.user_id"
                + " where m.role = 'ADMIN' and u.disabled_at is null and u.id <> ? limit 1")) {
            select.setObject(1, user);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    private static @Nullable UserRow first(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? user(row) : null;
        }
    }

    private static UserRow user(ResultSet row) throws SQLException {
        return new UserRow(
                Columns.uuid(row, "id"),
                row.getString("name"),
                row.getString("password"),
                row.getBytes("totp"),
                Columns.instant(row, "totp_since"),
                Columns.nullableLong(row, "totp_step"),
                Columns.requiredInstant(row, "created_at"),
                Columns.instant(row, "disabled_at"));
    }
}
