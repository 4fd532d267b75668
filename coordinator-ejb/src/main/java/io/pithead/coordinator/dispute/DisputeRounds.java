package io.pithead.coordinator.dispute;

import io.pithead.coordinator.dispute.DisputeStore.Open;
import io.pithead.coordinator.dispute.core.DisputePolicy;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.ledger.Withdrawal;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.verify.Retrials;
import io.pithead.protocol.job.DisputeView.State;
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
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Ends disputes whose replicas were judged, at every instance: a bounded batch a round, one transaction for each. */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class DisputeRounds {
    private static final Logger LOG = System.getLogger(DisputeRounds.class.getName());
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration ALLOWED_AGE = Duration.ofSeconds(60);
    private static final int BATCH = 200;

    @Inject
    Database database;

    @Inject
    Ledger ledger;

    @Inject
    Loops loops;

    @PostConstruct
    void start() {
        loops.start("disputes", PERIOD, ALLOWED_AGE, this::tick);
    }

    void tick() {
        List<UUID> due =
                database.withConnection(connection -> DisputeStore.due(connection, DisputePolicy.GRACE, BATCH));
        due.forEach(this::look);
    }

    private void look(UUID id) {
        try {
            State state = database.inTransaction(connection -> end(connection, id));
            if (state != State.OPEN) {
                LOG.log(Level.INFO, () -> "dispute.decided dispute=" + id + " outcome=" + state);
            }
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, () -> "dispute.failed dispute=" + id, e);
        }
    }

    /** @return OPEN when there is nothing to end, or another instance ends it */
    State end(Connection connection, UUID id) throws SQLException {
        Open dispute = DisputeStore.lockOpen(connection, id).orElse(null);
        if (dispute == null) {
            return State.OPEN;
        }
        State state = DisputePolicy.decide(dispute.facts(), dispute.now());
        switch (state) {
            case OPEN -> {}
            case UPHELD -> DisputeStore.close(connection, id, state, giveBack(connection, dispute));
            case REJECTED, UNDECIDED -> {
                ledger.letGo(connection, Retrials.family(connection, dispute.job()), dispute.maturesAt());
                DisputeStore.close(connection, id, state, BigInteger.ZERO);
            }
        }
        return state;
    }

    private BigInteger giveBack(Connection connection, Open dispute) throws SQLException {
        List<UUID> family = Retrials.family(connection, dispute.job());
        Retrials.wrong(connection, family, dispute.workload());
        return ledger.withdraw(connection, family, Instant.now()).values().stream()
                .map(Withdrawal::withdrawn)
                .reduce(BigInteger.ZERO, BigInteger::add);
    }
}
