package io.pithead.coordinator.outbox;

import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.platform.Metrics;
import io.pithead.protocol.queue.Queues;
import io.prometheus.metrics.core.metrics.Gauge;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** How much waits: in the outbox, in the queues, among the dead letters. */
@ApplicationScoped
public class OutboxGauges {
    private static final Duration PAUSE = Duration.ofSeconds(15);
    private static final Duration ALLOWED_AGE = Duration.ofMinutes(5);

    @Inject
    Database database;

    @Inject
    Broker broker;

    @Inject
    Metrics metrics;

    @Inject
    Loops loops;

    void start() {
        var size = gauge("pithead_outbox_messages", "Messages that wait for the broker");
        var age = gauge("pithead_outbox_oldest_seconds", "Age of the oldest message that waits for the broker");
        var depth = Gauge.builder()
                .name("pithead_queue_messages")
                .help("Messages in a queue of the broker")
                .labelNames("queue")
                .register(metrics.registry());
        var dead = Gauge.builder()
                .name("pithead_dead_letters")
                .help("Messages that their consumer refused too often")
                .labelNames("queue")
                .register(metrics.registry());
        loops.start("outbox-gauges", PAUSE, ALLOWED_AGE, () -> {
            Queues.Outbox waiting = read();
            size.set(waiting.size());
            age.set(waiting.oldestSeconds());
            if (!broker.isLost()) {
                observe(depth, dead);
            }
        });
    }

    private Gauge gauge(String name, String help) {
        return Gauge.builder().name(name).help(help).register(metrics.registry());
    }

    private void observe(Gauge depth, Gauge dead) {
        try {
            for (Queues.Queue queue : broker.call(Broker.Mode.EACH, BrokerView::queues)) {
                depth.labelValues(queue.name()).set(queue.depth());
                dead.labelValues(queue.name()).set(queue.dead());
            }
        } catch (BrokerException e) {
            // lost between two looks: the outbox's age says so
            depth.clear();
            dead.clear();
        }
    }

    public Queues.Outbox read() {
        return database.withConnection(OutboxGauges::read);
    }

    private static Queues.Outbox read(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("select count(*),"
                        + " coalesce(extract(epoch from now() - min(created_at)), 0)::float8 from outbox");
                var row = select.executeQuery()) {
            row.next();
            return new Queues.Outbox(row.getLong(1), row.getDouble(2));
        }
    }
}
