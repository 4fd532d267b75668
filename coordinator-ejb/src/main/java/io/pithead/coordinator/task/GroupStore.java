package io.pithead.coordinator.task;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.task.core.GroupChange;
import io.pithead.coordinator.task.core.Grouping;
import io.pithead.coordinator.task.core.Grouping.Plan;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.task.GroupView;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The SQL of node groups. Whoever changes a group locks its row first, then its task's. */
final class GroupStore {
    private GroupStore() {}

    /** A group that has not begun; {@code age} by the database's clock. */
    record Idle(UUID id, String topology, Instant createdAt, Instant now, List<UUID> nodes) {
        Grouping.Forming forming() {
            return new Grouping.Forming(id, topology, nodes);
        }
    }

    /** What the database knows of a candidate: whether a group of another task, or one that has begun, has it. */
    record Standing(boolean taken, int lapses) {}

    static List<Idle> idle(Connection connection, UUID task) throws SQLException {
        try (var select = connection.prepareStatement("select g.id, g.topology, g.created_at, now() as now, m.node_id"
                + " from node_group g join node_group_member m on m.group_id = g.id"
                + " where g.task_id = ? and g.state = 'FORMING' order by g.id, m.node_id")) {
            select.setObject(1, task);
            var groups = new LinkedHashMap<UUID, Idle>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    UUID id = Columns.uuid(row, "id");
                    String topology = row.getString("topology");
                    Instant createdAt = Columns.requiredInstant(row, "created_at");
                    Instant now = Columns.requiredInstant(row, "now");
                    groups.computeIfAbsent(id, one -> new Idle(one, topology, createdAt, now, new ArrayList<>()))
                            .nodes()
                            .add(Columns.uuid(row, "node_id"));
                }
            }
            return List.copyOf(groups.values());
        }
    }

    /** Groups by task that were placed and not dissolved: the task's places. */
    static Map<UUID, Integer> places(Connection connection, Collection<UUID> tasks) throws SQLException {
        try (var select = connection.prepareStatement("select task_id, count(*)::integer as n from node_group"
                + " where task_id = any(?) and state in ('PLACED', 'ENDED') group by task_id")) {
            new Columns(connection, select).uuids(tasks, id -> id);
            var places = new HashMap<UUID, Integer>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    places.put(Columns.uuid(row, "task_id"), row.getInt("n"));
                }
            }
            return places;
        }
    }

    static Map<UUID, Standing> standings(Connection connection, UUID task, Collection<UUID> nodes) throws SQLException {
        var standings = new HashMap<UUID, Standing>();
        if (nodes.isEmpty()) {
            return standings;
        }
        try (var select = connection.prepareStatement("select m.node_id,"
                + " bool_or(m.live and (g.task_id <> ? or g.state <> 'FORMING')) as taken,"
                + " (count(*) filter (where m.lapsed and g.task_id = ?))::integer as lapses"
                + " from node_group_member m join node_group g on g.id = m.group_id"
                + " where m.node_id = any(?) and (m.live or m.lapsed) group by m.node_id")) {
            new Columns(connection, select).set(task).set(task).uuids(nodes, id -> id);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    standings.put(
                            Columns.uuid(row, "node_id"), new Standing(row.getBoolean("taken"), row.getInt("lapses")));
                }
            }
        }
        return standings;
    }

    /** Makes the forming groups of a task what the plan says. */
    static void apply(Connection connection, TaskRow task, Plan plan, Instant now) throws SQLException {
        dissolveIdle(connection, plan.dissolved(), "merged, or too few of its nodes are left");
        for (Grouping.Group group : plan.groups()) {
            UUID known = group.id();
            UUID id = known == null ? Ids.next(now) : known;
            if (known == null) {
                insert(connection, task, id, group.topology().name());
            } else {
                leave(connection, id, group.nodes());
            }
            join(connection, id, group.nodes());
        }
    }

    private static void insert(Connection connection, TaskRow task, UUID id, String topology) throws SQLException {
        try (var insert =
                connection.prepareStatement("insert into node_group (id, task_id, account_id, topology, state)"
                        + " values (?, ?, ?, ?, 'FORMING')")) {
            new Columns(connection, insert)
                    .set(id)
                    .set(task.id())
                    .set(task.account())
                    .set(topology);
            insert.executeUpdate();
        }
    }

    private static void leave(Connection connection, UUID group, List<UUID> staying) throws SQLException {
        try (var delete = connection.prepareStatement(
                "delete from node_group_member where group_id = ? and not (node_id = any(?))")) {
            new Columns(connection, delete).set(group).uuids(staying, id -> id);
            delete.executeUpdate();
        }
    }

    private static void join(Connection connection, UUID group, List<UUID> nodes) throws SQLException {
        try (var insert = connection.prepareStatement("insert into node_group_member (group_id, node_id)"
                + " select ?, n from unnest(?) n on conflict (group_id, node_id) do nothing")) {
            new Columns(connection, insert).set(group).uuids(nodes, id -> id);
            insert.executeUpdate();
        }
    }

    /** Groups that have not begun leave nothing behind. */
    static void dissolveIdle(Connection connection, Collection<UUID> groups, String reason) throws SQLException {
        if (groups.isEmpty()) {
            return;
        }
        try (var update = connection.prepareStatement("update node_group set state = 'DISSOLVED', reason = ?,"
                + " ended_at = now() where id = any(?) and state = 'FORMING'")) {
            new Columns(connection, update).set(reason).uuids(groups, id -> id);
            update.executeUpdate();
        }
        try (var delete = connection.prepareStatement("delete from node_group_member m using node_group g"
                + " where g.id = m.group_id and g.id = any(?) and g.placed_at is null and g.ended_at is not null")) {
            new Columns(connection, delete).uuids(groups, id -> id);
            delete.executeUpdate();
        }
    }

    /** Nodes of groups that were forming for a task that is no longer to run are free again. */
    static void dropUnwanted(Connection connection) throws SQLException {
        var ids = new ArrayList<UUID>();
        try (var select = connection.prepareStatement("select g.id from node_group g join task k on k.id = g.task_id"
                        + " where g.state = 'FORMING' and (k.wanted <> 'RUN' or k.finished_at is not null)");
                var row = select.executeQuery()) {
            while (row.next()) {
                ids.add(Columns.uuid(row, "id"));
            }
        }
        dissolveIdle(connection, ids, "its task is not to run");
    }

    /** In the transaction of the jobs: from now on nothing but its end changes the group. */
    static void begin(Connection connection, UUID group, List<UUID> nodes) throws SQLException {
        try (var update = connection.prepareStatement(
                "update node_group set state = 'PLACED', placed_at = now()" + " where id = ? and state = 'FORMING'")) {
            update.setObject(1, group);
            if (update.executeUpdate() != 1) {
                throw new CoordinatorException(ErrorCode.CONFLICT_STATE, "The group was dissolved meanwhile.");
            }
        }
        try (var update = connection.prepareStatement("update node_group_member m set position = n.position - 1"
                + " from unnest(?) with ordinality as n(node_id, position)"
                + " where m.group_id = ? and m.node_id = n.node_id")) {
            new Columns(connection, update).uuids(nodes, id -> id).set(group);
            update.executeUpdate();
        }
    }

    /** Groups whose containers have all ended are over; their nodes are free. */
    static List<UUID> end(Connection connection) throws SQLException {
        try (var update = connection.prepareStatement("with ended as (update node_group g set state = 'ENDED',"
                        + " ended_at = now() where g.state = 'PLACED' and not exists"
                        + " (select 1 from task_node t where t.group_id = g.id and t.finished_at is null) returning g.id),"
                        + " freed as (update node_group_member set live = false where group_id in (select id from ended))"
                        + " select id from ended");
                var row = update.executeQuery()) {
            var ended = new ArrayList<UUID>();
            while (row.next()) {
                ended.add(Columns.uuid(row, "id"));
            }
            return ended;
        }
    }

    /** What became of these groups, as they are in this transaction; nothing of those that were never placed. */
    static List<GroupChange> changes(Connection connection, Collection<UUID> groups) throws SQLException {
        try (var select = connection.prepareStatement("select g.id, g.task_id, g.account_id, g.topology, g.state,"
                + " g.reason, coalesce(g.ended_at, g.placed_at) as at, array(select m.node_id::text"
                + " from node_group_member m where m.group_id = g.id order by m.position) as nodes"
                + " from node_group g where g.id = any(?) and g.placed_at is not null order by g.id")) {
            new Columns(connection, select).uuids(groups, id -> id);
            var changes = new ArrayList<GroupChange>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    changes.add(new GroupChange(
                            Columns.uuid(row, "id"),
                            Columns.uuid(row, "task_id"),
                            Columns.uuid(row, "account_id"),
                            row.getString("topology"),
                            GroupView.State.valueOf(row.getString("state")),
                            Columns.requiredInstant(row, "at"),
                            List.of((String[]) row.getArray("nodes").getArray()),
                            row.getString("reason")));
                }
            }
            return changes;
        }
    }

    /** A group that can no longer do its work, and the nodes that are the cause. */
    record Broken(UUID group, Set<UUID> nodes) {}

    /**
     * Groups with a node that was away for longer than its lease, or that has not begun in time. A container that its miner
     * is running is never a cause.
     */
    static List<Broken> broken(Connection connection, Duration offlineAfter, Duration start, int limit)
            throws SQLException {
        try (var select = connection.prepareStatement(
                "select t.group_id, t.node_id from node_group g"
                        + " join task k on k.id = g.task_id join task_node t on t.group_id = g.id and not t.moved"
                        + " join job j on j.id = t.job_id left join node_liveness l on l.node_id = t.node_id"
                        + " where g.state = 'PLACED' and k.wanted = 'RUN' and t.finished_at is null and j.state = 'QUEUED'"
                        + " and (coalesce(l.last_seen_at, '-infinity') < now() - make_interval(secs => ?)"
                        + " or (j.attempt = 0 and g.placed_at < now() - make_interval(secs => ?))) order by t.group_id limit ?")) {
            new Columns(connection, select)
                    .set((double) offlineAfter.toSeconds())
                    .set((double) start.toSeconds())
                    .set(limit);
            var broken = new LinkedHashMap<UUID, Set<UUID>>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    broken.computeIfAbsent(Columns.uuid(row, "group_id"), id -> new HashSet<>())
                            .add(Columns.uuid(row, "node_id"));
                }
            }
            return broken.entrySet().stream()
                    .map(one -> new Broken(one.getKey(), one.getValue()))
                    .toList();
        }
    }

    /** A group that is over now, and the jobs of its that must end. */
    record Dissolved(UUID task, UUID account, List<UUID> jobs) {}

    /**
     * Ends a group as a whole; its place is given to a new one, not before {@code pause} is over.
     *
     * @param lapsed the nodes it failed with
     * @return empty when it was over already
     */
    static Optional<Dissolved> dissolve(
            Connection connection, UUID group, String reason, Collection<UUID> lapsed, Duration pause)
            throws SQLException {
        UUID task;
        UUID account;
        try (var update = connection.prepareStatement("update node_group set state = 'DISSOLVED', reason = ?,"
                + " ended_at = now() where id = ? and ended_at is null returning task_id, account_id")) {
            new Columns(connection, update).set(reason).set(group);
            try (var row = update.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                task = Columns.uuid(row, "task_id");
                account = Columns.uuid(row, "account_id");
            }
        }
        try (var update = connection.prepareStatement(
                "update node_group_member set live = false," + " lapsed = node_id = any(?) where group_id = ?")) {
            new Columns(connection, update).uuids(lapsed, id -> id).set(group);
            update.executeUpdate();
        }
        try (var update = connection.prepareStatement(
                "update task set place_at = now() + make_interval(secs => ?) where id = ?")) {
            new Columns(connection, update).set((double) pause.toSeconds()).set(task);
            update.executeUpdate();
        }
        return Optional.of(new Dissolved(task, account, moveAway(connection, group, reason)));
    }

    private static List<UUID> moveAway(Connection connection, UUID group, String reason) throws SQLException {
        var jobs = new ArrayList<UUID>();
        try (var update =
                connection.prepareStatement("update task_node set moved = true, reason = ?, updated_at = now()"
                        + " where group_id = ? and not moved returning job_id, finished_at")) {
            new Columns(connection, update).set(reason).set(group);
            try (var row = update.executeQuery()) {
                while (row.next()) {
                    if (row.getObject("finished_at") == null) {
                        jobs.add(Columns.uuid(row, "job_id"));
                    }
                }
            }
        }
        return jobs;
    }
}
