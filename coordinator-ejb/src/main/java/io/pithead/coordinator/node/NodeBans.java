package io.pithead.coordinator.node;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.error.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The operator keeps nodes from work, or a chain does. A ban is a column of the node, seen at every instance as any other change of a node;
 * what follows from it (leases, places, polls) is found there by whoever keeps those, so a crash in between loses nothing.
 */
@ApplicationScoped
public class NodeBans {
    private static final Logger LOG = System.getLogger(NodeBans.class.getName());

    @Inject
    Database database;

    @Inject
    Audit audit;

    /** For the container. */
    public NodeBans() {}

    /** For tests of other components. */
    public NodeBans(Database database, Audit audit) {
        this.database = database;
        this.audit = audit;
    }

    /** Banned again it has the new reason. */
    public void ban(Caller by, UUID node, String reason) {
        database.doInTransaction(connection -> {
            NodeStore.actBy(connection, by.keyHint());
            Map<String, String> before = reason(NodeStore.banOf(connection, node));
            if (!NodeStore.ban(connection, node, reason)) {
                throw notFound();
            }
            audit.record(connection, by, "node.ban", node.toString(), before, reason(reason), Instant.now());
        });
        LOG.log(Level.INFO, () -> "node.banned node=" + node);
    }

    private static Map<String, String> reason(@Nullable String ban) {
        return ban == null ? Map.of() : Map.of("reason", ban);
    }

    /** Not to be banned is fine too, and no event. */
    public void lift(Caller by, UUID node) {
        boolean lifted = database.inTransaction(connection -> {
            NodeStore.actBy(connection, by.keyHint());
            Map<String, String> before = reason(NodeStore.banOf(connection, node));
            if (!NodeStore.liftBan(connection, node)) {
                return false;
            }
            audit.record(connection, by, "node.unban", node.toString(), before, Map.of(), Instant.now());
            return true;
        });
        if (lifted) {
            LOG.log(Level.INFO, () -> "node.unbanned node=" + node);
        } else if (!database.withConnection(connection -> NodeStore.exists(connection, node))) {
            throw notFound();
        }
    }

    /** No new jobs for it, until its miner starts anew: a service of the machine's owner that an operator may ask for. */
    public void drain(Caller by, UUID node) {
        boolean drained = database.inTransaction(connection -> {
            NodeStore.actBy(connection, by.keyHint());
            if (!NodeStore.drain(connection, node)) {
                return false;
            }
            audit.record(connection, by, "node.drain", node.toString(), Map.of(), Instant.now());
            return true;
        });
        if (!drained && !database.withConnection(connection -> NodeStore.exists(connection, node))) {
            throw notFound();
        }
    }

    /**
     * Keeps from work who bears an address that a chain's contract ejected, and lets in again who was kept out for one that was
     * reinstated. To be said again now and then: a miner may begin to bear such an address. An operator's own ban stays.
     */
    public void follow(long chain, Collection<String> ejected, Collection<String> reinstated) {
        String why = "ejected on chain " + chain + " as ";
        int changed = database.inTransaction(connection ->
                NodeStore.keepOut(connection, why, ejected) + NodeStore.letIn(connection, why, reinstated));
        if (changed > 0) {
            LOG.log(Level.INFO, () -> "node.ejections_followed chain=" + chain + " nodes=" + changed);
        }
    }

    /** A node that bears an address and may work, and when it changed last. */
    public record Bearer(UUID node, String address, Instant changed) {}

    /** Those that changed after this one, or after its time, oldest change first. */
    public List<Bearer> bearers(Bearer after, int limit) {
        return database.withConnection(connection -> NodeStore.bearers(connection, after, limit));
    }

    private static CoordinatorException notFound() {
        return new CoordinatorException(ErrorCode.NODE_NOT_FOUND, "There is no such node.");
    }
}
