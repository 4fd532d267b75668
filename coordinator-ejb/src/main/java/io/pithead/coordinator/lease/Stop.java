package io.pithead.coordinator.lease;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.job.JobState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Why a miner should stop a job it lists but was not found holding. */
record Stop(
        @Nullable JobState state,
        @Nullable UUID node,
        @Nullable Long token) {
    static final Stop LOST = new Stop(null, null, null);

    static Map<UUID, Stop> find(Connection connection, Collection<UUID> jobs) throws SQLException {
        var stops = new HashMap<UUID, Stop>();
        try (var select =
                connection.prepareStatement("select id, state, lease_node, lease_token from job where id = any(?)")) {
            new Columns(connection, select).uuids(jobs, id -> id);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    stops.put(
                            Columns.uuid(rows, "id"),
                            new Stop(
                                    JobState.valueOf(rows.getString("state")),
                                    rows.getObject("lease_node", UUID.class),
                                    Columns.nullableLong(rows, "lease_token")));
                }
            }
        }
        return stops;
    }

    boolean stillHeldBy(UUID holder, long lease) {
        return state != null
                && JobState.HELD.contains(state)
                && holder.equals(node)
                && Long.valueOf(lease).equals(token);
    }

    /** Words of {@link io.pithead.protocol.node.Directive}; who never had this lease learns nothing of the job. */
    String reason(UUID holder, long lease) {
        if (!holder.equals(node) || !Long.valueOf(lease).equals(token)) {
            return "lost";
        }
        if (state == JobState.CANCELED) {
            return "cancelled";
        }
        return state == JobState.EXPIRED ? "expired" : "lost";
    }
}
