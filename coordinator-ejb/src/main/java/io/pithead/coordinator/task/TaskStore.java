package io.pithead.coordinator.task;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.task.ContainerOrder;
import io.pithead.protocol.task.ContainerState;
import io.pithead.protocol.task.TaskNode;
import io.pithead.protocol.task.TaskRequest;
import io.pithead.protocol.task.TaskState;
import io.pithead.protocol.task.TaskView;
import io.pithead.protocol.task.TaskView.Wanted;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of tasks as buyers see and steer them. */
final class TaskStore {
    private static final String VIEW =
            "select id, name, image, state, wanted, generation, request, secret_names, reason,"
                    + " created_at, updated_at, finished_at, warning,"
                    + " (select sum(settled) from meter m where m.task_id = task.id) as spent from task where account_id = ?";
    private static final String NODE =
            "select node_id, job_id, state, pulled_bytes, pull_bytes, image_digest, container_id,"
                    + " exit_code, reason, restarts, started_at, finished_at from task_node ";

    private TaskStore() {}

    static void insert(Connection connection, TaskRow task, List<String> secretNames, byte @Nullable [] sealed)
            throws SQLException {
        TaskRequest request = task.request();
        try (var insert =
                connection.prepareStatement("insert into task (id, account_id, name, image, state, wanted, request,"
                        + " secret_names, secrets, replicas, price, actor, deadline, budget)"
                        + " values (?, ?, ?, ?, 'PENDING', 'RUN', ?::json, ?, ?, ?, ?, ?, ?::timestamptz, ?)")) {
            insert.setObject(1, task.id());
            insert.setObject(2, task.account());
            insert.setString(3, request.name());
            insert.setString(4, request.image());
            insert.setString(5, Json.text(request));
            insert.setArray(6, connection.createArrayOf("text", secretNames.toArray()));
            insert.setBytes(7, sealed);
            insert.setObject(8, task.replicas(), Types.INTEGER);
            insert.setBigDecimal(9, new java.math.BigDecimal(task.price()));
            insert.setString(10, task.actor());
            insert.setString(
                    11, request.deadline() == null ? null : request.deadline().toString());
            String budget = request.metered() == null ? null : request.metered().budget();
            insert.setBigDecimal(12, budget == null ? null : new java.math.BigDecimal(Money.parse(budget)));
            insert.executeUpdate();
        }
    }

    static int live(Connection connection, UUID account) throws SQLException {
        try (var select =
                connection.prepareStatement("select count(*) from task where account_id = ? and finished_at is null")) {
            select.setObject(1, account);
            try (var row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** Newest first; {@code before} is the last one of the page before. */
    static List<TaskView> page(Connection connection, UUID account, int limit, @Nullable UUID before)
            throws SQLException {
        var rows = new ArrayList<View>();
        try (var select = connection.prepareStatement(
                VIEW + (before == null ? "" : " and id < ?") + " order by id desc limit ?")) {
            var columns = new Columns(connection, select).set(account);
            if (before != null) {
                columns.set(before);
            }
            columns.set(limit);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    rows.add(View.of(row));
                }
            }
        }
        var counts = counts(connection, rows.stream().map(View::id).toList());
        return rows.stream()
                .map(row -> row.view(counts.getOrDefault(row.id, Map.of()), null))
                .toList();
    }

    static Optional<TaskView> find(Connection connection, UUID account, UUID task, int maxNodes) throws SQLException {
        View view;
        try (var select = connection.prepareStatement(VIEW + " and id = ?")) {
            select.setObject(1, account);
            select.setObject(2, task);
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                view = View.of(row);
            }
        }
        var counts = counts(connection, List.of(task)).getOrDefault(task, Map.of());
        return Optional.of(view.view(counts, nodes(connection, task, maxNodes)));
    }

    /** Nodes by state, without those a task was moved away from. */
    static Map<UUID, Map<ContainerState, Integer>> counts(Connection connection, Collection<UUID> tasks)
            throws SQLException {
        var counts = new HashMap<UUID, Map<ContainerState, Integer>>();
        try (var select = connection.prepareStatement("select task_id, state, count(*)::integer as n from task_node"
                + " where task_id = any(?) and not moved group by task_id, state")) {
            new Columns(connection, select).uuids(tasks, id -> id);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    counts.computeIfAbsent(Columns.uuid(row, "task_id"), id -> new EnumMap<>(ContainerState.class))
                            .put(ContainerState.valueOf(row.getString("state")), row.getInt("n"));
                }
            }
        }
        return counts;
    }

    private static List<TaskNode> nodes(Connection connection, UUID task, int limit) throws SQLException {
        try (var select =
                connection.prepareStatement(NODE + "where task_id = ? and not moved order by node_id limit ?")) {
            select.setObject(1, task);
            select.setInt(2, limit);
            var nodes = new ArrayList<TaskNode>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    nodes.add(node(row));
                }
            }
            return nodes;
        }
    }

    private static TaskNode node(ResultSet row) throws SQLException {
        return new TaskNode(
                Columns.uuid(row, "node_id").toString(),
                Columns.uuid(row, "job_id"),
                ContainerState.valueOf(row.getString("state")),
                Columns.nullableLong(row, "pulled_bytes"),
                Columns.nullableLong(row, "pull_bytes"),
                row.getString("image_digest"),
                row.getString("container_id"),
                Columns.nullableInt(row, "exit_code"),
                row.getString("reason"),
                row.getInt("restarts"),
                Columns.instant(row, "started_at"),
                Columns.instant(row, "finished_at"));
    }

    /** Writes what the buyer wants now; its generation is the order's. Empty when the task has ended or is not there. */
    static Optional<Long> want(Connection connection, UUID account, UUID task, Wanted wanted) throws SQLException {
        try (var update = connection.prepareStatement("update task set wanted = ?, generation = generation + 1,"
                + " updated_at = now(), place_at = now() where id = ? and account_id = ? and finished_at is null"
                + " returning generation")) {
            update.setString(1, wanted.name());
            update.setObject(2, task);
            update.setObject(3, account);
            try (var row = update.executeQuery()) {
                return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
            }
        }
    }

    /** Orders every container of a task that has not ended. */
    static void order(Connection connection, UUID task, ContainerOrder order, long generation) throws SQLException {
        try (var update =
                connection.prepareStatement("update task_node set ordered = ?, generation = ?, updated_at = now()"
                        + " where task_id = ? and finished_at is null")) {
            update.setString(1, order.name());
            update.setLong(2, generation);
            update.setObject(3, task);
            update.executeUpdate();
        }
    }

    /** Orders the account's containers on one node to start anew; how many there are. */
    static int restart(Connection connection, UUID account, UUID node) throws SQLException {
        try (var update = connection.prepareStatement("update task_node t set ordered = 'RESTART',"
                + " generation = greatest(t.generation, k.generation) + 1, updated_at = now() from task k"
                + " where t.task_id = k.id and t.node_id = ? and t.account_id = ? and t.finished_at is null")) {
            update.setObject(1, node);
            update.setObject(2, account);
            return update.executeUpdate();
        }
    }

    /** Jobs of a task that have not ended. */
    static List<UUID> liveJobs(Connection connection, UUID task, int limit) throws SQLException {
        try (var select = connection.prepareStatement(
                "select job_id from task_node where task_id = ? and finished_at is null order by job_id limit ?")) {
            select.setObject(1, task);
            select.setInt(2, limit);
            var jobs = new ArrayList<UUID>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    jobs.add(row.getObject(1, UUID.class));
                }
            }
            return jobs;
        }
    }

    /** The job of the account's newest task on a node. */
    static Optional<UUID> newestJob(Connection connection, UUID account, UUID node) throws SQLException {
        try (var select =
                connection.prepareStatement("select job_id from task_node where node_id = ? and account_id = ?"
                        + " order by task_id desc limit 1")) {
            select.setObject(1, node);
            select.setObject(2, account);
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getObject(1, UUID.class)) : Optional.empty();
            }
        }
    }

    /** Somebody reads this job's output as it comes. */
    static void followed(Connection connection, UUID account, UUID job) throws SQLException {
        try (var update = connection.prepareStatement("update task_node set followed_at = now()"
                + " where job_id = ? and account_id = ? and finished_at is null"
                + " and (followed_at is null or followed_at < now() - interval '5 seconds')")) {
            update.setObject(1, job);
            update.setObject(2, account);
            update.executeUpdate();
        }
    }

    private record View(
            UUID id,
            String name,
            String image,
            TaskState state,
            Wanted wanted,
            long generation,
            TaskRequest request,
            List<String> secretNames,
            @Nullable String reason,
            @Nullable String warning,
            @Nullable String spent,
            java.time.Instant createdAt,
            java.time.Instant updatedAt,
            java.time.@Nullable Instant finishedAt) {

        static View of(ResultSet row) throws SQLException {
            return new View(
                    Columns.uuid(row, "id"),
                    row.getString("name"),
                    row.getString("image"),
                    TaskState.valueOf(row.getString("state")),
                    Wanted.valueOf(row.getString("wanted")),
                    row.getLong("generation"),
                    Json.own(row.getString("request"), TaskRequest.class),
                    List.of((String[]) row.getArray("secret_names").getArray()),
                    row.getString("reason"),
                    row.getString("warning"),
                    row.getBigDecimal("spent") == null ? null : Money.format(Columns.amount(row, "spent")),
                    Columns.requiredInstant(row, "created_at"),
                    Columns.requiredInstant(row, "updated_at"),
                    Columns.instant(row, "finished_at"));
        }

        TaskView view(Map<ContainerState, Integer> counts, @Nullable List<TaskNode> nodes) {
            return new TaskView(
                    id,
                    name,
                    image,
                    state,
                    wanted,
                    generation,
                    request,
                    secretNames,
                    counts,
                    reason,
                    warning,
                    spent,
                    createdAt,
                    updatedAt,
                    finishedAt,
                    nodes);
        }
    }
}
