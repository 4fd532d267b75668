package io.pithead.coordinator.ledger;

import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.platform.Metrics;
import io.prometheus.metrics.core.metrics.Gauge;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/**
 * Makes pay available whose lock window is over, at every instance: bounded batches, one transaction each. It goes round
 * without a window too: what was locked before keeps its time.
 */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class MaturingRounds {
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration ALLOWED_AGE = Duration.ofSeconds(60);
    private static final Duration COUNT_PERIOD = Duration.ofSeconds(15);
    private static final Duration COUNT_ALLOWED_AGE = Duration.ofMinutes(5);
    static final int BATCH = 1_000;
    private static final int MAX_BATCHES = 20;

    @Inject
    Database database;

    @Inject
    Ledger ledger;

    @Inject
    Metrics metrics;

    @Inject
    Loops loops;

    @PostConstruct
    void start() {
        Gauge overdue = Gauge.builder()
                .name("pithead_pay_overdue_seconds")
                .help("How long the pay that matured first has waited to become available")
                .register(metrics.registry());
        loops.start("maturing", PERIOD, ALLOWED_AGE, this::tick);
        loops.start(
                "maturing-gauge",
                COUNT_PERIOD,
                COUNT_ALLOWED_AGE,
                () -> overdue.set(database.withConnection(MaturingRounds::overdueSeconds)));
    }

    void tick() {
        for (int i = 0; i < MAX_BATCHES; i++) {
            int matured = database.inTransaction(connection -> ledger.mature(connection, BATCH, Instant.now()));
            if (matured < BATCH) {
                return;
            }
        }
    }

    /** Not how much is locked: that is a day's receipts, and the pending pots say it. */
    static double overdueSeconds(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement(
                        "select coalesce(extract(epoch from now() - min(matures_at)), 0)::float8 from locked_pay"
                                + " where matures_at <= now()");
                var row = select.executeQuery()) {
            row.next();
            return row.getDouble(1);
        }
    }
}
