package io.pithead.coordinator.user;

import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.user.core.Backoff.Attempts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of attempts to sign in, and of addresses from where users did. */
final class AttemptStore {
    private AttemptStore() {}

    /** Nobody else counts this subject until the transaction ends, though there was no row. */
    static void lock(Connection connection, String subject) throws SQLException {
        try (PreparedStatement lock =
                connection.prepareStatement("select pg_advisory_xact_lock(hashtextextended('sign-in ' || ?, 0))")) {
            lock.setString(1, subject);
            lock.execute();
        }
    }

    static @Nullable Attempts find(Connection connection, String subject) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select failures, at, wait_until from sign_in_attempt where subject = ?")) {
            select.setString(1, subject);
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? new Attempts(
                                row.getInt("failures"),
                                Columns.requiredInstant(row, "at"),
                                Columns.requiredInstant(row, "wait_until"))
                        : null;
            }
        }
    }

    static void put(Connection connection, String subject, Attempts attempts) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement("""
                        insert into sign_in_attempt (subject, failures, at, wait_until) values (?, ?, ?, ?)
                        on conflict (subject) do update
                           set failures = excluded.failures, at = excluded.at, wait_until = excluded.wait_until""")) {
            upsert.setString(1, subject);
            upsert.setInt(2, attempts.failures());
            upsert.setObject(3, attempts.at().atOffset(ZoneOffset.UTC));
            upsert.setObject(4, attempts.waitUntil().atOffset(ZoneOffset.UTC));
            upsert.executeUpdate();
        }
    }

    static void remove(Connection connection, String subject) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from sign_in_attempt where subject = ?")) {
            delete.setString(1, subject);
            delete.executeUpdate();
        }
    }

    static boolean isKnown(Connection connection, String name, String address) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select 1 from user_address a join app_user u on u.id = a.user_id"
                        + " where u.name = ? and a.address = ?")) {
            select.setString(1, name);
            select.setString(2, address);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    static void know(Connection connection, UUID user, String address, Instant now) throws SQLException {
        try (PreparedStatement upsert =
                connection.prepareStatement("insert into user_address (user_id, address, at) values (?, ?, ?)"
                        + " on conflict (user_id, address) do update set at = excluded.at")) {
            upsert.setObject(1, user);
            upsert.setString(2, address);
            upsert.setObject(3, now.atOffset(ZoneOffset.UTC));
            upsert.executeUpdate();
        }
    }

    static void forget(Connection connection, Instant attemptsBefore, Instant addressesBefore, int limit)
            throws SQLException {
        delete(connection, "sign_in_attempt", attemptsBefore, limit);
        delete(connection, "user_address", addressesBefore, limit);
    }

    private static void delete(Connection connection, String table, Instant before, int limit) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from " + table + " where ctid = any (array(select ctid from "
                        + table + " where at < ? limit ? for update skip locked))")) {
            delete.setObject(1, before.atOffset(ZoneOffset.UTC));
            delete.setInt(2, limit);
            delete.executeUpdate();
        }
    }
}
