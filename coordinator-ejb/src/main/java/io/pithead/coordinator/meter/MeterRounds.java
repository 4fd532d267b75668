package io.pithead.coordinator.meter;

import io.pithead.coordinator.job.JobFacade;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.receipt.ReceiptSigner;
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
import java.util.Set;
import java.util.UUID;

/** Settles the slices that are over, at every instance: bounded batches, one transaction each. */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class MeterRounds {
    private static final Logger LOG = System.getLogger(MeterRounds.class.getName());
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration ALLOWED_AGE = Duration.ofSeconds(60);
    private static final int BATCH = 200;
    private static final int MAX_BATCHES = 20;
    private static final String BROKE = "the money of its buyer or of its task's budget has run out";

    @Inject
    Database database;

    @Inject
    Ledger ledger;

    @Inject
    ReceiptSigner signer;

    @Inject
    JobFacade jobs;

    @Inject
    MeterConfig config;

    @Inject
    Loops loops;

    @PostConstruct
    void start() {
        loops.start("metering", PERIOD, ALLOWED_AGE, this::tick);
    }

    /** Settles what is due. */
    public void tick() {
        for (int i = 0; i < MAX_BATCHES; i++) {
            Set<UUID> parties = database.withConnection(connection -> MeterStore.parties(connection, BATCH));
            if (parties.isEmpty()) {
                return;
            }
            ledger.open(parties);
            Settlement done = database.inTransaction(connection -> {
                var settlement = new Settlement(
                        MeterStore.lockDue(connection, parties, BATCH), ledger, signer.seal(), config.slice());
                settlement.apply(connection);
                return settlement;
            });
            end(done.broke());
            if (done.size() == 0) {
                return;
            }
        }
    }

    /** Ends what nobody pays for any more; its meter is closed by the next look. */
    private void end(List<MeterStore.Due> broke) {
        for (MeterStore.Due one : broke) {
            LOG.log(Level.INFO, () -> "meter.broke job=" + one.job() + " task=" + one.task());
            jobs.cancelAll(one.buyer(), "coordinator", List.of(one.job()), BROKE);
            database.doWithConnection(connection -> MeterStore.due(connection, List.of(one.job())));
        }
    }
}
