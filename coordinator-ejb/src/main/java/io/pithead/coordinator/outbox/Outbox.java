package io.pithead.coordinator.outbox;

import io.pithead.coordinator.platform.Bell;
import io.pithead.coordinator.platform.Columns;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Where messages wait for the commit of what they speak of. */
@ApplicationScoped
public class Outbox {
    private final Bell bell = new Bell();

    /** In the caller's transaction; call {@link #wake()} after its commit. */
    public void append(Connection connection, String queue, List<Message> messages) throws SQLException {
        if (messages.isEmpty()) {
            return;
        }
        if (!Destinations.QUEUES.contains(queue)) {
            throw new IllegalArgumentException("no such queue: " + queue);
        }
        try (var insert = connection.prepareStatement(
                "insert into outbox (queue, body) select ?, body from unnest(?) as m(body)")) {
            new Columns(connection, insert).set(queue).texts(messages, Message::text);
            insert.executeUpdate();
        }
    }

    /** Rows were committed here: the relay need not wait for its next tick. */
    public void wake() {
        bell.ring();
    }

    void awaitRows(Duration atMost) throws InterruptedException {
        bell.await(atMost);
    }
}
