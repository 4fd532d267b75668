package io.pithead.coordinator.verify;

import io.pithead.coordinator.job.ReadyJobs;
import io.pithead.coordinator.job.ReplicaJobs;
import io.pithead.coordinator.job.Transitions;
import io.pithead.coordinator.lease.JudgedAttempts;
import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.seal.SealingKeyFile;
import io.pithead.coordinator.verify.core.Draw;
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
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Judges what was nudged and what is due, at every instance: a bounded batch a round, one transaction for each job. */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class VerifyRounds {
    private static final Logger LOG = System.getLogger(VerifyRounds.class.getName());
    private static final Duration PERIOD = Duration.ofMillis(250);
    private static final Duration ALLOWED_AGE = Duration.ofSeconds(60);
    /** Until a job is looked at again on which a round failed. */
    private static final Duration AFTER_FAULT = Duration.ofSeconds(30);

    private static final Duration FLEET_AGE = Duration.ofSeconds(2);
    private static final int BATCH = 200;

    @Inject
    Database database;

    @Inject
    ReplicaJobs replicas;

    @Inject
    JudgedAttempts attempts;

    @Inject
    Transitions transitions;

    @Inject
    ReadyJobs dispatcher;

    @Inject
    NodeFacade nodes;

    @Inject
    VerifyConfig config;

    @Inject
    Loops loops;

    private final RandomGenerator random = new SecureRandom();
    Streaks streaks;
    private @Nullable Fleet fleet;
    private long fleetReadAt;

    @PostConstruct
    void start() {
        streaks = new Streaks(new Draw(SealingKeyFile.loadOrCreate(config.keyFile())));
        loops.start("verification", PERIOD, ALLOWED_AGE, this::tick);
    }

    void tick() {
        round(nodes.pace().offlineAfter());
    }

    void round(Duration offlineAfter) {
        List<UUID> due = database.withConnection(connection -> VerificationStore.due(connection, BATCH));
        due.forEach(job -> look(job, () -> fleet(offlineAfter)));
    }

    /** Read when a node is wanted, and not again for a while: of a large fleet it is the dearest thing here. */
    private Fleet fleet(Duration offlineAfter) {
        long now = System.nanoTime();
        Fleet current = fleet;
        if (current == null || now - fleetReadAt > FLEET_AGE.toNanos()) {
            current = database.withConnection(connection -> Fleet.read(connection, offlineAfter, config.sameMachine()));
            fleet = current;
            fleetReadAt = now;
        }
        return current;
    }

    private void look(UUID job, Supplier<Fleet> fleet) {
        try {
            Judge.After after = database.inTransaction(
                    connection -> new Judge(connection, replicas, attempts, config, streaks, fleet, random).look(job));
            transitions.committed(after.transitions());
            if (!after.ready().isEmpty()) {
                dispatcher.ready(after.ready());
            }
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, () -> "verification.failed job=" + job, e);
            database.doInTransaction(connection -> VerificationStore.putOff(connection, job, AFTER_FAULT));
        }
    }
}
