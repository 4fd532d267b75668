package io.pithead.coordinator.idempotency;

import io.pithead.coordinator.platform.Loops;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;

/** Forgets old answers, a bounded batch at a time. */
@Singleton
@Startup
@DependsOn("Platform")
@TransactionManagement(TransactionManagementType.BEAN)
public class IdempotencySweep {
    static final int BATCH = 1_000;
    static final int MAX_BATCHES = 20;
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final Duration ALLOWED_AGE = Duration.ofMinutes(15);

    @Inject
    Idempotency idempotency;

    @Inject
    Loops loops;

    @PostConstruct
    void start() {
        loops.start("idempotency-sweep", PAUSE, ALLOWED_AGE, this::sweep);
    }

    private void sweep() throws SQLException {
        for (int i = 0; i < MAX_BATCHES; i++) {
            if (idempotency.sweep(BATCH) < BATCH) {
                return;
            }
        }
    }
}
