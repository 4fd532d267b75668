package io.pithead.coordinator.settlement;

import io.pithead.coordinator.chain.ChainLease;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.settlement.Settling.Chain;
import io.pithead.coordinator.settlement.core.EpochPolicy.Root;
import io.pithead.coordinator.settlement.core.EpochState;
import io.pithead.coordinator.settlement.core.PayoutPolicy;
import io.pithead.coordinator.settlement.core.PayoutPolicy.Payee;
import io.pithead.coordinator.settlement.core.PayoutPolicy.Payout;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Closes epochs of one chain, a step a round. Only its thread uses it. */
final class Closing {
    private static final Logger LOG = System.getLogger(Closing.class.getName());
    /** For a state of an epoch, before an operator should look. */
    static final Duration PATIENCE = Duration.ofHours(1);
    /** Epochs that wait for the end of their windows; the contract takes no more roots. */
    private static final int MAX_PENDING = 64;
    /** Looking for somebody to pay reads all that have an address. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final Database database;
    private final Ledger ledger;
    private final Trees trees;
    private final RewardsDesk desk;
    private final Terms terms;
    private final ChainLease lease;
    private final EpochStore store;
    private final Chain chain;
    private Instant nextLook = Instant.MIN;
    private long token;

    /** @param batch accounts that are paid in one transaction */
    record Terms(Duration every, BigInteger minimum, int batch) {}

    Closing(Database database, Ledger ledger, Trees trees, RewardsDesk desk, Terms terms, UUID holder) {
        this.database = database;
        this.ledger = ledger;
        this.trees = trees;
        this.desk = desk;
        this.terms = terms;
        this.chain = desk.chain();
        this.lease = ChainLease.toSettle(chain.id(), holder);
        this.store = new EpochStore(chain.id());
    }

    /** @return whether there is more to do at once */
    boolean round(Instant now) {
        OptionalLong taken = database.inTransaction(lease::take);
        if (taken.isEmpty()) {
            return false;
        }
        token = taken.getAsLong();
        for (EpochRow pending : database.withConnection(connection -> store.pending(connection, MAX_PENDING))) {
            advance(pending, now);
        }
        Optional<EpochRow> epoch = database.withConnection(store::onItsWay);
        if (epoch.isEmpty()) {
            return begin(now);
        }
        return switch (epoch.get().state()) {
            case CLOSING -> pay(epoch.get(), now);
            case HASHING -> hash(epoch.get(), now);
            case FUNDING, POSTING -> advance(epoch.get(), now);
            case PENDING, ACTIVE, WITHDRAWN -> false;
        };
    }

    void stop() {
        database.doInTransaction(lease::giveUp);
    }

    private <T> T write(Database.Work<T> work) {
        return database.inTransaction(connection -> {
            lease.require(connection, token);
            return work.on(connection);
        });
    }

    private boolean begin(Instant now) {
        if (now.isBefore(nextLook)) {
            return false;
        }
        nextLook = now.plus(LOOK);
        return write(connection -> {
            Optional<Instant> before = store.before(connection);
            return before.isPresent()
                    && PayoutPolicy.isDue(before.get(), terms.every(), now)
                    && isWorthwhile(connection, store, terms.minimum())
                    && store.open(connection, now, PATIENCE);
        });
    }

    /** Somebody is to be paid, or was to be under a root that was withdrawn. */
    static boolean isWorthwhile(Connection connection, EpochStore store, BigInteger minimum) throws SQLException {
        return store.mustRepeat(connection, Long.MAX_VALUE)
                || !store.payees(connection, null, minimum, 1).isEmpty();
    }

    /** A batch, whole or not at all. */
    private boolean pay(EpochRow seen, Instant now) {
        return write(connection -> {
            Optional<EpochRow> epoch = store.lock(connection, seen.number());
            if (epoch.isEmpty() || epoch.get().state() != EpochState.CLOSING) {
                return true;
            }
            List<Payee> payees = store.payees(connection, epoch.get().reached(), terms.minimum(), terms.batch());
            BigInteger paid = payees.isEmpty() ? BigInteger.ZERO : pay(connection, epoch.get(), payees, now);
            if (payees.size() < terms.batch()) {
                end(connection, epoch.get(), epoch.get().paid().add(paid), now);
            }
            return true;
        });
    }

    private BigInteger pay(Connection connection, EpochRow epoch, List<Payee> payees, Instant now) throws SQLException {
        Map<UUID, BigInteger> available = ledger.lockForPayout(
                connection, payees.stream().map(Payee::account).toList());
        List<Payout> payouts = PayoutPolicy.payouts(payees, available, terms.minimum());
        List<UUID> entries = ledger.post(
                connection,
                payouts.stream()
                        .map(payout -> Posting.withdrawal(payout.account(), payout.amount()))
                        .toList(),
                now);
        store.pay(connection, epoch.number(), payouts, entries);
        store.grow(connection, PayoutPolicy.byAddress(payouts));
        BigInteger sum = PayoutPolicy.sum(payouts);
        store.reach(connection, epoch.number(), payees.getLast().account(), sum);
        return sum;
    }

    private void end(Connection connection, EpochRow epoch, BigInteger paid, Instant now) throws SQLException {
        if (paid.signum() == 0 && !store.mustRepeat(connection, epoch.number())) {
            store.drop(connection, epoch.number());
            return;
        }
        store.paid(connection, epoch.number(), now.plus(PATIENCE));
        LOG.log(Level.INFO, () -> "epoch.paid chain=" + chain.name() + " epoch=" + epoch.number() + " minor=" + paid);
    }

    private boolean hash(EpochRow epoch, Instant now) {
        Root root = trees.root(chain, epoch.number(), epoch.leafCount());
        if (!root.total().equals(epoch.sum())) {
            throw new IllegalStateException("the leaves of epoch " + epoch.number() + " add up to " + root.total()
                    + " and not to " + epoch.sum());
        }
        return write(connection -> {
            store.root(connection, epoch.number(), root, now.plus(PATIENCE));
            return true;
        });
    }

    private boolean advance(EpochRow seen, Instant now) {
        boolean more = write(connection -> {
            Optional<EpochRow> epoch = store.lock(connection, seen.number());
            return epoch.isPresent()
                    && epoch.get().state() == seen.state()
                    && desk.advance(connection, store, epoch.get(), now);
        });
        desk.wake();
        return more;
    }
}
