package io.pithead.coordinator.verify;

import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.verify.core.Adaptive;
import io.pithead.coordinator.verify.core.Adaptive.Streak;
import io.pithead.coordinator.verify.core.Draw;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** How long each node's line of right answers to a workload is, and what follows from it for the next one. */
final class Streaks {
    private static final Adaptive.Policy POLICY = Adaptive.Policy.DEFAULT;

    private final Draw draw;

    Streaks(Draw draw) {
        this.draw = draw;
    }

    /** Whether the answer of this node is compared with another's. */
    boolean replicates(Connection connection, UUID node, String workload, UUID job) throws SQLException {
        Streak streak = find(connection, List.of(node), workload).getOrDefault(node, Streak.NEW);
        return Adaptive.replicates(streak, job, draw, POLICY);
    }

    /** @param changes by node, what became of its streak; written in the order of ids, as every judge does */
    static void change(Connection connection, String workload, Map<UUID, UnaryOperator<Streak>> changes)
            throws SQLException {
        if (changes.isEmpty()) {
            return;
        }
        List<Map.Entry<UUID, UnaryOperator<Streak>>> sorted = List.copyOf(new TreeMap<>(changes).entrySet());
        List<UUID> nodes = sorted.stream().map(Map.Entry::getKey).toList();
        try (var insert = connection.prepareStatement("insert into streak (node_id, workload, valid)"
                + " select id, ?, 0 from unnest(?) as n(id) order by id on conflict do nothing")) {
            new Columns(connection, insert).set(workload).uuids(nodes, id -> id);
            insert.executeUpdate();
        }
        Map<UUID, Streak> streaks = find(connection, nodes, workload);
        try (var update = connection.prepareStatement("update streak s set valid = c.valid"
                + " from unnest(?, ?) as c(node_id, valid) where s.node_id = c.node_id and s.workload = ?")) {
            new Columns(connection, update)
                    .uuids(nodes, id -> id)
                    .ints(
                            sorted,
                            change -> change.getValue()
                                    .apply(streaks.getOrDefault(change.getKey(), Streak.NEW))
                                    .valid())
                    .set(workload);
            update.executeUpdate();
        }
    }

    /** Locked: two judges of one node's jobs come one after the other. */
    private static Map<UUID, Streak> find(Connection connection, List<UUID> nodes, String workload)
            throws SQLException {
        try (var select = connection.prepareStatement("select node_id, valid from streak"
                + " where node_id = any(?) and workload = ? order by node_id for update")) {
            new Columns(connection, select).uuids(nodes, id -> id).set(workload);
            var streaks = new HashMap<UUID, Streak>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    streaks.put(Columns.uuid(rows, "node_id"), new Streak(rows.getInt("valid")));
                }
            }
            return streaks;
        }
    }
}
