package io.pithead.coordinator.webhook;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.webhook.DeadWebhook;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Deliveries that were given up: listed, tried again on request, at last forgotten. */
final class DeadDeliveries {
    /** At most {@code limit}, in the order of their locks; a delivery tried again has its whole time window again. */
    private static final String REVIVE = """
            with chosen as (
                select id from webhook_delivery where state = 'DEAD' and (?::uuid is null or id = ?)
                 order by id limit ? for update skip locked),
            revived as (
                update webhook_delivery d
                   set state = 'PENDING', dead_at = null, attempts = 0, created_at = now()
                  from chosen where d.id = chosen.id
                returning d.job_id, d.target, d.account_id, d.host),
            streams as (
                insert into webhook_stream (job_id, target, account_id, host)
                select distinct on (job_id, target) job_id, target, account_id, host
                  from revived order by job_id, target
                    on conflict (job_id, target) do update set due_at = webhook_stream.due_at)
            select count(*) from revived""";

    private DeadDeliveries() {}

    /** What is pending, counted by stream, and what is dead. */
    record Counts(long pendingStreams, long dead) {}

    static Counts count(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("select (select count(*) from webhook_stream),"
                        + " (select count(*) from webhook_delivery where state = 'DEAD')");
                var row = select.executeQuery()) {
            row.next();
            return new Counts(row.getLong(1), row.getLong(2));
        }
    }

    static List<DeadWebhook> page(Connection connection, @Nullable UUID after, int limit) throws SQLException {
        try (var select = connection.prepareStatement(
                "select * from webhook_delivery where state = 'DEAD' and (?::uuid is null or id > ?) order by id limit ?")) {
            new Columns(connection, select).set(after).set(after).set(limit);
            var dead = new ArrayList<DeadWebhook>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    dead.add(new DeadWebhook(
                            Columns.uuid(row, "id"),
                            Columns.uuid(row, "account_id"),
                            Columns.uuid(row, "job_id"),
                            row.getString("url"),
                            row.getString("event"),
                            row.getInt("attempts"),
                            row.getString("last_error"),
                            Columns.requiredInstant(row, "created_at"),
                            Columns.requiredInstant(row, "dead_at")));
                }
            }
            return dead;
        }
    }

    /** @return how many wait again */
    static int revive(Connection connection, @Nullable UUID id, int limit) throws SQLException {
        try (var update = connection.prepareStatement(REVIVE)) {
            new Columns(connection, update).set(id).set(id).set(limit);
            try (var row = update.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** @return how many are gone: this one, or the oldest */
    static int discard(Connection connection, @Nullable UUID id, int limit) throws SQLException {
        try (var delete = connection.prepareStatement("delete from webhook_delivery where id = any(array("
                + "select id from webhook_delivery where state = 'DEAD' and (?::uuid is null or id = ?)"
                + " order by id limit ? for update skip locked))")) {
            new Columns(connection, delete).set(id).set(id).set(limit);
            return delete.executeUpdate();
        }
    }

    static int forget(Connection connection, Duration olderThan, int limit) throws SQLException {
        try (var delete = connection.prepareStatement("delete from webhook_delivery where id = any(array("
                + "select id from webhook_delivery where state = 'DEAD' and dead_at < now() - make_interval(secs => ?)"
                + " order by id limit ? for update skip locked))")) {
            delete.setDouble(1, olderThan.toSeconds());
            delete.setInt(2, limit);
            return delete.executeUpdate();
        }
    }
}
