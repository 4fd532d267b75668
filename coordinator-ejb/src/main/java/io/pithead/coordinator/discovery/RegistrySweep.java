package io.pithead.coordinator.discovery;

import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** Forgets nonces of signatures that are over, and nodes that have been silent for long, a bounded batch at a time. */
@Singleton
@Startup
@DependsOn("Platform")
@TransactionManagement(TransactionManagementType.BEAN)
public class RegistrySweep {
    private static final Logger LOG = System.getLogger(RegistrySweep.class.getName());
    static final int BATCH = 1_000;
    private static final int MAX_BATCHES = 100;
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final Duration ALLOWED_AGE = Duration.ofMinutes(15);
    /** A silent node is not listed; its row stays for a while, so that its endpoint's versions go on where they were. */
    private static final int TTLS_KEPT = 4;

    @Inject
    Database database;

    @Inject
    DiscoveryConfig config;

    @Inject
    Loops loops;

    @PostConstruct
    void start() {
        loops.start("discovery-sweep", PAUSE, ALLOWED_AGE, this::tick);
    }

    private void tick() {
        Duration silence = config.ttl().multipliedBy(TTLS_KEPT);
        int nodes = 0;
        for (int i = 0; i < MAX_BATCHES; i++) {
            int gone = database.inTransaction(connection -> RegistryStore.sweep(connection, silence, BATCH));
            int nonces = database.inTransaction(connection -> Nonces.sweep(connection, BATCH));
            nodes += gone;
            if (gone < BATCH && nonces < BATCH) {
                break;
            }
        }
        if (nodes > 0) {
            int all = nodes;
            LOG.log(Level.INFO, () -> "discovery.silent nodes=" + all);
        }
    }
}
