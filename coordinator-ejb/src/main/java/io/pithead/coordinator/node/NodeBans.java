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
import java.util.Map;
import java.util.UUID;

/**
 * The operator keeps nodes from work. A ban is a column of the node, seen at every instance as any other change of a node;
 * what follows from it (leases, places, polls) is found there by whoever keeps those, so a crash in between loses nothing.
 */
@ApplicationScoped
public class NodeBans {
    private static final Logger LOG = System.getLogger(NodeBans.class.getName());

    @Inject
    Database database;

    @Inject
    Audit audit;

    /** Banned again it has the new reason. */
    public void ban(Caller by, UUID node, String reason) {
        database.doInTransaction(connection -> {
            if (!NodeStore.ban(connection, node, reason)) {
                throw notFound();
            }
            audit.record(connection, by, "node.ban", node.toString(), Map.of("reason", reason), Instant.now());
        });
        LOG.log(Level.INFO, () -> "node.banned node=" + node);
    }

    /** Not to be banned is fine too, and no event. */
    public void lift(Caller by, UUID node) {
        boolean lifted = database.inTransaction(connection -> {
            if (!NodeStore.liftBan(connection, node)) {
                return false;
            }
            audit.record(connection, by, "node.unban", node.toString(), Map.of(), Instant.now());
            return true;
        });
        if (lifted) {
            LOG.log(Level.INFO, () -> "node.unbanned node=" + node);
        } else if (!database.withConnection(connection -> NodeStore.exists(connection, node))) {
            throw notFound();
        }
    }

    private static CoordinatorException notFound() {
        return new CoordinatorException(ErrorCode.NODE_NOT_FOUND, "There is no such node.");
    }
}
