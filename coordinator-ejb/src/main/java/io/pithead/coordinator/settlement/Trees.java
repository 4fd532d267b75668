package io.pithead.coordinator.settlement;

import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.settlement.Settling.Chain;
import io.pithead.coordinator.settlement.core.EpochPolicy.Root;
import io.pithead.protocol.signing.Hex;
import io.pithead.protocol.wallet.RewardTree;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The trees that this instance keeps: the newest, which the next epoch changes, and the one that claims are answered from,
 * which is the same until then.
 */
@ApplicationScoped
public class Trees {
    @Inject
    Database database;

    private @Nullable Kept kept;
    private volatile @Nullable Kept served;

    /** For the container. */
    public Trees() {}

    Trees(Database database) {
        this.database = database;
    }

    /** @param tree whoever uses it holds its lock */
    record Kept(Chain chain, long epoch, RewardTree tree) {
        boolean isOf(Chain other) {
            return chain.id() == other.id() && chain.rewards().equals(other.rewards());
        }

        RewardTree copyOfTree() {
            synchronized (tree) {
                return tree.copy();
            }
        }

        List<String> proof(int position) {
            synchronized (tree) {
                return tree.proof(position).stream().map(Hex::text).toList();
            }
        }
    }

    /**
     * What the epoch's root is over, by its rows.
     *
     * @param leaves how many it has
     */
    synchronized Root root(Chain chain, long epoch, int leaves) {
        RewardTree tree = bring(chain, epoch, leaves).tree();
        synchronized (tree) {
            return new Root(Hex.text(tree.root()), tree.total(), Hex.text(tree.leavesHash()));
        }
    }

    private Kept bring(Chain chain, long epoch, int leaves) {
        Kept before = kept;
        if (before != null && before.isOf(chain) && before.epoch() == epoch) {
            return before;
        }
        // a failure on the way leaves none, and the next try begins with the rows
        kept = null;
        Kept now = before != null && before.isOf(chain) && before.epoch() < epoch
                ? changed(before, epoch)
                : build(chain, epoch, leaves);
        if (now.tree().size() != leaves) {
            throw new IllegalStateException("epoch " + epoch + " has " + leaves + " leaves, and its rows have "
                    + now.tree().size());
        }
        kept = now;
        return now;
    }

    private Kept changed(Kept before, long epoch) {
        // claims go on being answered from the one that is served
        RewardTree tree = before == served ? before.copyOfTree() : before.tree();
        var store = new LeafStore(before.chain().id());
        database.doInTransaction(connection -> store.changed(connection, before.epoch(), epoch, tree::set));
        return new Kept(before.chain(), epoch, tree);
    }

    /** From the rows alone. */
    Kept build(Chain chain, long epoch, int leaves) {
        var tree = new RewardTree(chain.id(), chain.rewards());
        var store = new LeafStore(chain.id());
        database.doInTransaction(connection -> store.read(connection, epoch, 0, leaves, tree::set));
        return new Kept(chain, epoch, tree);
    }

    /** Claims are answered from the tree of this epoch from now on. */
    synchronized void serve(Chain chain, long epoch, int leaves) {
        Kept now = served;
        if (now != null && now.isOf(chain) && now.epoch() == epoch) {
            return;
        }
        Kept newest = kept;
        boolean isNewer = newest == null || !newest.isOf(chain) || newest.epoch() <= epoch;
        served = isNewer ? bring(chain, epoch, leaves) : build(chain, epoch, leaves);
    }

    Optional<Kept> served() {
        return Optional.ofNullable(served);
    }
}
