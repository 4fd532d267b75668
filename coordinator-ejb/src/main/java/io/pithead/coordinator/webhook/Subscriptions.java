package io.pithead.coordinator.webhook;

import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All subscriptions, in memory, so that a transition of an account without any costs nothing. Another instance's change
 * is seen within a second, this one's at once.
 */
@ApplicationScoped
public class Subscriptions {
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration ALLOWED_AGE = Duration.ofSeconds(30);
    private static final long UNREAD = -1;

    @Inject
    Database database;

    @Inject
    Loops loops;

    private volatile Map<UUID, List<Subscription>> byAccount = Map.of();
    private long revision = UNREAD;

    /** For the container. */
    public Subscriptions() {}

    Subscriptions(Database database) {
        this.database = database;
    }

    @PostConstruct
    void start() {
        refresh();
        loops.start("webhook-subscriptions", TICK, ALLOWED_AGE, this::refresh);
    }

    List<Subscription> of(UUID accountId) {
        return byAccount.getOrDefault(accountId, List.of());
    }

    synchronized void refresh() {
        long current = database.withConnection(Subscriptions::readRevision);
        if (current != revision) {
            byAccount = database.withConnection(Subscriptions::readAll);
            revision = current;
        }
    }

    private static long readRevision(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("select revision from webhook_revision");
                var row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private static Map<UUID, List<Subscription>> readAll(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement(
                        "select id, account_id, url, host, events from webhook_subscription");
                var rows = select.executeQuery()) {
            var all = Stream.<Subscription>builder();
            while (rows.next()) {
                all.add(new Subscription(
                        Columns.uuid(rows, "id"),
                        Columns.uuid(rows, "account_id"),
                        rows.getString("url"),
                        rows.getString("host"),
                        events(rows)));
            }
            return all.build().collect(Collectors.groupingBy(Subscription::accountId));
        }
    }

    private static Set<String> events(ResultSet row) throws SQLException {
        Array events = row.getArray("events");
        return events == null ? Set.of() : Set.of((String[]) events.getArray());
    }
}
