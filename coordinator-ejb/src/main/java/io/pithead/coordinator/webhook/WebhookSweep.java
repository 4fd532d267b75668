package io.pithead.coordinator.webhook;

import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.platform.Metrics;
import io.prometheus.metrics.core.metrics.Gauge;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.time.Duration;

/** Forgets dead deliveries that nobody retried, a bounded batch at a time, and counts what is left. */
@Singleton
@Startup
@DependsOn("Platform")
@TransactionManagement(TransactionManagementType.BEAN)
public class WebhookSweep {
    private static final int BATCH = 1_000;
    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final Duration ALLOWED_AGE = Duration.ofMinutes(15);

    @Inject
    Database database;

    @Inject
    WebhookConfig config;

    @Inject
    Loops loops;

    @Inject
    Metrics metrics;

    @PostConstruct
    void start() {
        var pending = Gauge.builder()
                .name("pithead_webhook_pending")
                .help("Jobs and targets with calls still to be made")
                .register(metrics.registry());
        var dead = Gauge.builder()
                .name("pithead_webhook_dead")
                .help("Calls that were given up")
                .register(metrics.registry());
        loops.start("webhook-sweep", PAUSE, ALLOWED_AGE, () -> {
            database.inTransaction(connection -> DeadDeliveries.forget(connection, config.deadRetention(), BATCH));
            DeadDeliveries.Counts counts = database.withConnection(DeadDeliveries::count);
            pending.set(counts.pendingStreams());
            dead.set(counts.dead());
        });
    }
}
