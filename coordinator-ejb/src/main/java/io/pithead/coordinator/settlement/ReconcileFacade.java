package io.pithead.coordinator.settlement;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.chain.ChainGateway;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.settlement.Settling.Chain;
import io.pithead.coordinator.settlement.core.EpochPolicy.Root;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.Hex;
import io.pithead.protocol.wallet.Reconciliation;
import io.pithead.protocol.wallet.RewardTree;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Statement;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Says whether ledger, leaves and chain agree, and in what they do not. */
@ApplicationScoped
public class ReconcileFacade {
    @Inject
    Database database;

    @Inject
    Settling settling;

    @Inject
    SettlementConfig config;

    @Inject
    ChainGateway gateway;

    @Inject
    Outbox outbox;

    private final AtomicBoolean busy = new AtomicBoolean();

    /** Reads all payouts and builds a tree from nothing: one at a time. */
    public Reconciliation reconcile() {
        Chain chain = settling.require();
        if (!busy.compareAndSet(false, true)) {
            throw new CoordinatorException(ErrorCode.CONFLICT_STATE, "They are being compared just now.");
        }
        try {
            return compare(chain);
        } finally {
            busy.set(false);
        }
    }

    private Reconciliation compare(Chain chain) {
        var desk = new RewardsDesk(chain, gateway, outbox, config::leavesUri);
        return database.inTransaction(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set transaction isolation level repeatable read, read only");
            }
            Optional<EpochRow> newest = new EpochStore(chain.id()).newestRooted(connection);
            Root recomputed = null;
            if (newest.isPresent()) {
                var tree = new RewardTree(chain.id(), chain.rewards());
                new LeafStore(chain.id())
                        .read(connection, newest.get().number(), 0, newest.get().leafCount(), tree::set);
                recomputed = new Root(Hex.text(tree.root()), tree.total(), Hex.text(tree.leavesHash()));
            }
            return new Reconciling(chain, desk).compare(connection, newest, recomputed, Instant.now());
        });
    }
}
