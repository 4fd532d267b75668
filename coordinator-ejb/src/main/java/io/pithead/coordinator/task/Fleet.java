package io.pithead.coordinator.task;

import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.task.core.Machine;
import io.pithead.coordinator.task.core.PlacementPolicy.Candidate;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.MinerCapabilities;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** The nodes that could get a task; what they can do is read once per change. Confined to the placing thread's lock. */
final class Fleet {
    /** Nodes looked at for one task in one round. */
    static final int MAX_NODES = 20_000;

    private static final int MAX_CACHED = 200_000;

    private final Map<UUID, Known> known = new HashMap<>();

    private record Known(Instant updatedAt, Machine machine) {}

    private record Seen(UUID node, Instant updatedAt, boolean draining, int held, boolean inRun, double score) {}

    /** The nodes that are online and do not have this task. */
    List<Candidate> candidates(Connection connection, TaskRow task, Duration offlineAfter) throws SQLException {
        List<Seen> seen = seen(connection, task, offlineAfter);
        learn(
                connection,
                seen.stream()
                        .filter(node -> {
                            Known before = known.get(node.node);
                            return before == null || before.updatedAt.isBefore(node.updatedAt);
                        })
                        .map(Seen::node)
                        .toList());
        return seen.stream()
                .filter(node -> known.containsKey(node.node))
                .map(node -> new Candidate(
                        node.node,
                        Objects.requireNonNull(known.get(node.node)).machine,
                        node.draining,
                        node.held,
                        node.inRun,
                        node.score))
                .toList();
    }

    private static List<Seen> seen(Connection connection, TaskRow task, Duration offlineAfter) throws SQLException {
        try (var select =
                connection.prepareStatement("select n.id, n.updated_at, n.draining, coalesce(h.held, 0) as held,"
                        + " ?::uuid is null or exists (select 1 from run_node m join run r on r.id = m.run_id"
                        + " where m.run_id = ? and m.node_id = n.id and m.state = 'HEALTHY' and r.state = 'OPEN') as in_run,"
                        + " coalesce(q.score, 0) as score"
                        + " from node n join node_liveness l on l.node_id = n.id left join reputation q on q.node_id = n.id"
                        + " left join (select node_id, count(*)::integer as held from task_node where finished_at is null"
                        + " group by node_id) h on h.node_id = n.id"
                        + " where n.containers and n.renews and n.ban is null and l.last_seen_at > now() - make_interval(secs => ?)"
                        + " and not exists (select 1 from task_node t where t.task_id = ? and t.node_id = n.id and not t.moved)"
                        + " order by n.id limit ?")) {
            new Columns(connection, select)
                    .set(task.request().run())
                    .set(task.request().run())
                    .set((double) offlineAfter.toSeconds())
                    .set(task.id())
                    .set(MAX_NODES);
            var seen = new ArrayList<Seen>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    seen.add(new Seen(
                            Columns.uuid(row, "id"),
                            Columns.requiredInstant(row, "updated_at"),
                            row.getBoolean("draining"),
                            row.getInt("held"),
                            row.getBoolean("in_run"),
                            row.getDouble("score")));
                }
            }
            return seen;
        }
    }

    private void learn(Connection connection, List<UUID> nodes) throws SQLException {
        if (nodes.isEmpty()) {
            return;
        }
        if (known.size() + nodes.size() > MAX_CACHED) {
            known.clear();
        }
        try (var select =
                connection.prepareStatement("select id, updated_at, capabilities from node where id = any(?)")) {
            new Columns(connection, select).uuids(nodes, id -> id);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    known.put(
                            Columns.uuid(row, "id"),
                            new Known(
                                    Columns.requiredInstant(row, "updated_at"),
                                    Machine.of(Json.own(row.getString("capabilities"), MinerCapabilities.class))));
                }
            }
        }
    }
}
