package io.pithead.coordinator.challenge;

import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.protocol.challenge.ChallengeState;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Closes challenges that nobody goes on with, and forgets those that are long over, a bounded batch at a time. */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class ChallengeRounds {
    private static final Logger LOG = System.getLogger(ChallengeRounds.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration ALLOWED_AGE = Duration.ofMinutes(5);
    static final int BATCH = 500;
    private static final int MAX_BATCHES = 20;

    @Inject
    Database database;

    @Inject
    ChallengeConfig config;

    @Inject
    ChallengeWaits waits;

    @Inject
    ChallengeMetrics metrics;

    @Inject
    Loops loops;

    @PostConstruct
    void start() {
        loops.start("challenge-rounds", PAUSE, ALLOWED_AGE, this::round);
    }

    void round() {
        int closed = BATCH;
        for (int i = 0; i < MAX_BATCHES && closed == BATCH; i++) {
            closed = close();
        }
        int forgotten = BATCH;
        for (int i = 0; i < MAX_BATCHES && forgotten == BATCH; i++) {
            forgotten = forget();
        }
        metrics.open(database.withConnection(ChallengeStore::openByState));
    }

    private int close() {
        List<UUID> closed = database.inTransaction(connection -> ChallengeStore.close(connection, BATCH));
        for (UUID challenge : closed) {
            waits.changed(challenge);
            metrics.carried(ChallengeState.CLOSED);
            LOG.log(Level.INFO, () -> "challenge.closed challenge=" + challenge);
        }
        return closed.size();
    }

    private int forget() {
        return database.inTransaction(connection -> ChallengeStore.forget(connection, config.retention(), BATCH));
    }
}
