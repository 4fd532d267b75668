package io.pithead.coordinator.node;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.UUID;

/**
 * Bans for a time, by whoever judges answers, in its own transaction. An operator may lift one before, and its own ban, or a chain's, is
 * neither replaced nor lifted.
 */
public final class Suspensions {
    /** So begins the reason of each. */
    public static final String WHY = "suspended until ";

    private Suspensions() {}

    public static void begin(Connection connection, UUID node, Instant until) throws SQLException {
        NodeStore.suspend(connection, node, WHY, WHY + until + ": too many of its answers were judged wrong");
    }

    public static void end(Connection connection, Collection<UUID> nodes) throws SQLException {
        NodeStore.endSuspensions(connection, nodes, WHY);
    }
}
