package io.pithead.coordinator.webhook;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.webhook.Webhook;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Subscriptions and secrets in the database; every statement names the account. */
final class SubscriptionStore {
    private SubscriptionStore() {}

    /** The account's row is locked, so that two creations cannot both be the last one allowed. */
    static int countLocked(Connection connection, UUID account) throws SQLException {
        try (var lock = connection.prepareStatement("select 1 from account where id = ? for no key update")) {
            lock.setObject(1, account);
            lock.executeQuery().close();
        }
        try (var count =
                connection.prepareStatement("select count(*) from webhook_subscription where account_id = ?")) {
            count.setObject(1, account);
            try (var row = count.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    static Instant insert(Connection connection, Subscription subscription, byte[] sealedSecret) throws SQLException {
        Set<String> events = subscription.events();
        try (var insert = connection.prepareStatement("insert into webhook_subscription"
                + " (id, account_id, url, host, events, secret) values (?, ?, ?, ?, ?, ?) returning created_at")) {
            insert.setObject(1, subscription.id());
            insert.setObject(2, subscription.accountId());
            insert.setString(3, subscription.url());
            insert.setString(4, subscription.host());
            insert.setArray(5, events.isEmpty() ? null : connection.createArrayOf("text", events.toArray()));
            insert.setBytes(6, sealedSecret);
            try (var row = insert.executeQuery()) {
                row.next();
                return Columns.requiredInstant(row, "created_at");
            }
        }
    }

    static List<Webhook> list(Connection connection, UUID account) throws SQLException {
        try (var select = connection.prepareStatement(
                "select id, url, events, created_at from webhook_subscription where account_id = ? order by id")) {
            select.setObject(1, account);
            var all = new ArrayList<Webhook>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    all.add(new Webhook(
                            Columns.uuid(rows, "id"),
                            rows.getString("url"),
                            events(rows.getArray("events")),
                            Columns.requiredInstant(rows, "created_at"),
                            null));
                }
            }
            return all;
        }
    }

    private static @Nullable List<String> events(@Nullable Array events) throws SQLException {
        return events == null ? null : List.copyOf(new TreeSet<>(List.of((String[]) events.getArray())));
    }

    /** What was still to be told to it is given up by the sender. */
    static boolean delete(Connection connection, UUID account, UUID id) throws SQLException {
        try (var delete =
                connection.prepareStatement("delete from webhook_subscription where id = ? and account_id = ?")) {
            delete.setObject(1, id);
            delete.setObject(2, account);
            return delete.executeUpdate() == 1;
        }
    }

    static void replaceSecret(Connection connection, UUID account, byte[] sealed) throws SQLException {
        try (var upsert = connection.prepareStatement("insert into webhook_secret (account_id, secret) values (?, ?)"
                + " on conflict (account_id) do update set secret = excluded.secret, rotated_at = now()")) {
            upsert.setObject(1, account);
            upsert.setBytes(2, sealed);
            upsert.executeUpdate();
        }
    }

    /** The account's sealed secret; {@code fresh} becomes it if there was none. */
    static byte[] secretOf(Connection connection, UUID account, byte[] fresh) throws SQLException {
        try (var insert = connection.prepareStatement("insert into webhook_secret (account_id, secret) values (?, ?)"
                + " on conflict (account_id) do update set secret = webhook_secret.secret returning secret")) {
            insert.setObject(1, account);
            insert.setBytes(2, fresh);
            try (var row = insert.executeQuery()) {
                row.next();
                return row.getBytes(1);
            }
        }
    }
}
