package io.pithead.coordinator.settlement;

import io.pithead.coordinator.chain.ChainGateway;
import io.pithead.coordinator.chain.ChainLease;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.settlement.Settling.Chain;
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
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Closes epochs, where it is this instance's turn, and keeps the trees that claims are answered from. */
@Singleton
@Startup
@DependsOn("Platform")
@TransactionManagement(TransactionManagementType.BEAN)
public class SettlementStart {
    private static final Logger LOG = System.getLogger(SettlementStart.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(2);
    /** A tree of millions may be built in a round. */
    private static final Duration ALLOWED_AGE = Duration.ofMinutes(15);

    private static final int BATCH = 1_000;
    /** In one go; the rest after a pause. */
    private static final int MAX_ROUNDS = 10_000;

    @Inject
    Database database;

    @Inject
    Ledger ledger;

    @Inject
    Trees trees;

    @Inject
    ChainGateway gateway;

    @Inject
    Outbox outbox;

    @Inject
    Settling settling;

    @Inject
    SettlementConfig config;

    @Inject
    Loops loops;

    private final UUID holder = UUID.randomUUID();
    private @Nullable Closing closing;
    private @Nullable Chain chain;
    private volatile boolean open = true;

    @PostConstruct
    void start() {
        loops.onStop(this::stop);
        loops.start("settlement", PAUSE, ALLOWED_AGE, this::tick);
    }

    private void tick() {
        Optional<Chain> found = settling.find();
        if (found.isEmpty()) {
            return;
        }
        Closing current = closing(found.get());
        try {
            for (int i = 0; open && i < MAX_ROUNDS && current.round(Instant.now()); i++) {
                serve(found.get());
            }
        } catch (ChainLease.LostException e) {
            LOG.log(
                    Level.INFO,
                    () -> "settlement.lease_lost chain=" + found.get().name());
        }
        serve(found.get());
    }

    private Closing closing(Chain found) {
        Closing current = closing;
        if (current == null || !found.equals(chain)) {
            var desk = new RewardsDesk(found, gateway, outbox, config::leavesUri);
            var terms = new Closing.Terms(config.epoch(), config.minimum(), BATCH);
            current = new Closing(database, ledger, trees, desk, terms, holder);
            closing = current;
            chain = found;
        }
        return current;
    }

    private void serve(Chain found) {
        var store = new EpochStore(found.id());
        Optional<EpochRow> claimable = database.withConnection(store::claimable);
        claimable.ifPresent(epoch -> trees.serve(found, epoch.number(), epoch.leafCount()));
    }

    private void stop() {
        open = false;
        Closing current = closing;
        if (current != null) {
            current.stop();
        }
    }
}
