package io.pithead.coordinator.outbox;

import io.pithead.coordinator.outbox.Broker.Mode;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Moves committed rows to the broker, in the order of their ids per queue. */
final class OutboxRelay {
    static final int BATCH = 200;
    /** Batches of one queue before the next queue has its turn. */
    static final int MAX_BATCHES = 10;

    /** Artemis drops a second message with the same value, for as many messages as its id cache holds. */
    static final String DUPLICATE_ID = "_AMQ_DUPL_ID";

    private static final Logger LOG = System.getLogger(OutboxRelay.class.getName());

    private final Database database;
    private final Broker broker;
    private final Set<String> refusing = new HashSet<>();

    OutboxRelay(Database database, Broker broker) {
        this.database = database;
        this.broker = broker;
    }

    private record Row(long id, String body, Instant createdAt) {
        /** With the time: a database restored to an earlier point gives its ids to other messages. */
        String duplicateId() {
            return id + "@" + ChronoUnit.MICROS.between(Instant.EPOCH, createdAt);
        }
    }

    /** One turn of every queue. Throws when the broker is away; a queue that refuses leaves its rows and stops no other. */
    int relay() {
        int sent = 0;
        for (String queue : Destinations.QUEUES) {
            try {
                sent += relay(queue);
                accepted(queue);
            } catch (BrokerException e) {
                broker.verify();
                refused(queue, e);
            }
        }
        if (broker.isLost()) {
            broker.verify();
        }
        return sent;
    }

    private int relay(String queue) {
        int sent = 0;
        for (int i = 0; i < MAX_BATCHES; i++) {
            int batch = database.inTransaction(connection -> relayBatch(connection, queue));
            sent += batch;
            if (batch < BATCH) {
                break;
            }
        }
        return sent;
    }

    private void refused(String queue, BrokerException why) {
        if (refusing.add(queue)) {
            LOG.log(Level.WARNING, () -> "outbox.queue_refuses queue=" + queue + " reason=" + why.getMessage());
        }
    }

    private void accepted(String queue) {
        if (refusing.remove(queue)) {
            LOG.log(Level.INFO, () -> "outbox.queue_accepts queue=" + queue);
        }
    }

    private int relayBatch(Connection connection, String queue) throws SQLException {
        List<Row> rows = take(connection, queue);
        if (rows.isEmpty()) {
            return 0;
        }
        List<Row> sent = send(queue, rows);
        delete(connection, sent);
        return sent.size();
    }

    private static List<Row> take(Connection connection, String queue) throws SQLException {
        try (var select = connection.prepareStatement("select id, body, created_at from outbox where queue = ?"
                + " order by id limit ? for update skip locked")) {
            select.setString(1, queue);
            select.setInt(2, BATCH);
            var rows = new ArrayList<Row>();
            try (var result = select.executeQuery()) {
                while (result.next()) {
                    rows.add(new Row(
                            result.getLong("id"),
                            result.getString("body"),
                            Columns.requiredInstant(result, "created_at")));
                }
            }
            return rows;
        }
    }

    private static void delete(Connection connection, List<Row> rows) throws SQLException {
        try (var delete = connection.prepareStatement("delete from outbox where id = any(?)")) {
            new Columns(connection, delete).longs(rows, Row::id);
            delete.executeUpdate();
        }
    }

    private List<Row> send(String queue, List<Row> rows) {
        try {
            return broker.attempt(Mode.TOGETHER, session -> {
                sendAll(session, queue, rows);
                return rows;
            });
        } catch (BrokerException together) {
            return sendEach(queue, rows, together);
        }
    }

    /**
     * One transaction fails as a whole when the broker already knows one of its duplicate ids (an earlier relay died
     * after its send). By itself such a message is dropped without an error.
     */
    private List<Row> sendEach(String queue, List<Row> rows, BrokerException together) {
        var sent = new ArrayList<Row>();
        try {
            return broker.attempt(Mode.EACH, session -> {
                for (Row row : rows) {
                    sendAll(session, queue, List.of(row));
                    sent.add(row);
                }
                return sent;
            });
        } catch (BrokerException e) {
            e.addSuppressed(together);
            if (sent.isEmpty()) {
                throw e;
            }
            // what was acknowledged must not be sent again; the rest is found by the next round
            return sent;
        }
    }

    private static void sendAll(Session session, String queue, List<Row> rows) throws JMSException {
        try (MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            producer.setDeliveryMode(DeliveryMode.PERSISTENT);
            for (Row row : rows) {
                TextMessage message = session.createTextMessage(row.body());
                message.setStringProperty(DUPLICATE_ID, row.duplicateId());
                producer.send(message);
            }
        }
    }
}
