package io.pithead.coordinator.task;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.JobView;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.task.TaskRequest;
import io.pithead.protocol.task.TaskState;
import io.pithead.protocol.task.TaskView.Wanted;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of the rounds that make tasks so. */
final class PlacementStore {
    private static final String TASK = "select id, account_id, actor, wanted, replicas, price, request from task ";

    private PlacementStore() {}

    /** Whether this transaction is the one that places until it ends. */
    static boolean lock(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("select pg_try_advisory_xact_lock(hashtext('task-placement'))");
                var row = select.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    static List<TaskRow> due(Connection connection, int limit) throws SQLException {
        try (var select = connection.prepareStatement(TASK
                + "where finished_at is null and wanted = 'RUN' and place_at <= now() order by place_at limit ?")) {
            select.setInt(1, limit);
            return tasks(select.executeQuery());
        }
    }

    static Optional<TaskRow> find(Connection connection, UUID task) throws SQLException {
        try (var select = connection.prepareStatement(TASK + "where id = ? and finished_at is null")) {
            select.setObject(1, task);
            return tasks(select.executeQuery()).stream().findFirst();
        }
    }

    /** What is past its deadline is no longer wanted. */
    static void giveUpLate(Connection connection) throws SQLException {
        try (var update = connection.prepareStatement("update task set wanted = 'STOP', generation = generation + 1,"
                + " reason = 'its deadline has passed', updated_at = now()"
                + " where deadline < now() and deadline is not null and finished_at is null and wanted <> 'STOP'")) {
            update.executeUpdate();
        }
    }

    /** What is for a run ends with it. */
    static void giveUpWithRun(Connection connection) throws SQLException {
        try (var update = connection.prepareStatement("update task k set wanted = 'STOP', generation = generation + 1,"
                + " reason = 'its run has ended', updated_at = now() from run r where r.id = k.run_id"
                + " and r.state = 'ENDED' and k.finished_at is null and k.wanted <> 'STOP'")) {
            update.executeUpdate();
        }
    }

    /** Tasks to stop whose containers have not all ended. */
    static List<TaskRow> stopping(Connection connection, int limit) throws SQLException {
        try (var select = connection.prepareStatement(
                TASK + "where finished_at is null and wanted = 'STOP' order by id limit ?")) {
            select.setInt(1, limit);
            return tasks(select.executeQuery());
        }
    }

    private static List<TaskRow> tasks(ResultSet rows) throws SQLException {
        try (rows) {
            var tasks = new ArrayList<TaskRow>();
            while (rows.next()) {
                tasks.add(new TaskRow(
                        Columns.uuid(rows, "id"),
                        Columns.uuid(rows, "account_id"),
                        rows.getString("actor"),
                        Wanted.valueOf(rows.getString("wanted")),
                        Columns.nullableInt(rows, "replicas"),
                        Columns.amount(rows, "price"),
                        Json.own(rows.getString("request"), TaskRequest.class)));
            }
            return tasks;
        }
    }

    static int placed(Connection connection, UUID task) throws SQLException {
        try (var select =
                connection.prepareStatement("select count(*) from task_node where task_id = ? and not moved")) {
            select.setObject(1, task);
            try (var row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** In the transaction of the jobs: the task's places, unless it was stopped or another has placed it meanwhile. */
    static void occupy(Connection connection, TaskRow task, List<UUID> nodes, List<JobView> jobs, @Nullable UUID group)
            throws SQLException {
        try (var select = connection.prepareStatement(
                "select 1 from task where id = ? and wanted = 'RUN' and finished_at is null for share")) {
            select.setObject(1, task.id());
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    throw new CoordinatorException(ErrorCode.CONFLICT_STATE, "The task is no longer wanted.");
                }
            }
        }
        try (var insert = connection.prepareStatement(
                "insert into task_node (task_id, node_id, job_id, account_id, group_id)"
                        + " select ?, n.node_id, n.job_id, ?, ? from unnest(?, ?) as n(node_id, job_id) on conflict do nothing")) {
            new Columns(connection, insert)
                    .set(task.id())
                    .set(task.account())
                    .set(group)
                    .uuids(nodes, id -> id)
                    .uuids(jobs, JobView::id);
            if (insert.executeUpdate() != nodes.size()) {
                throw new CoordinatorException(ErrorCode.CONFLICT_STATE, "Another instance has placed the task.");
            }
        }
    }

    /** @param again null when the task has all its nodes */
    static void looked(Connection connection, UUID task, @Nullable Duration again, @Nullable String reason)
            throws SQLException {
        try (var update = connection.prepareStatement("update task set reason = ?, place_at ="
                + " case when ?::double precision is null then 'infinity' else now() + make_interval(secs => ?) end"
                + " where id = ? and place_at <= now()")) {
            Double seconds = again == null ? null : again.toMillis() / 1_000.0;
            new Columns(connection, update)
                    .set(reason)
                    .set(seconds)
                    .set(seconds == null ? 0.0 : seconds)
                    .set(task);
            update.executeUpdate();
        }
    }

    /** Takes over the ends of jobs, and their return to the queue; the tasks this concerns. */
    static Set<UUID> settle(Connection connection, Collection<UUID> jobs) throws SQLException {
        try (var update = connection.prepareStatement("update task_node t set"
                + " state = case j.state when 'COMPLETED' then 'COMPLETED' when 'CANCELED' then 'STOPPED'"
                + " when 'QUEUED' then 'PENDING' else 'FAILED' end,"
                + " finished_at = j.finished_at, updated_at = now(),"
                + " exit_code = case when j.state = 'COMPLETED' then 0 else t.exit_code end,"
                + " reason = coalesce(j.error_code || ': ' || nullif(j.error_message, ''), j.error_code, t.reason)"
                + " from job j where j.id = t.job_id and t.job_id = any(?) and t.finished_at is null"
                + " and (j.finished_at is not null or (j.state = 'QUEUED' and t.state <> 'PENDING'))"
                + " returning t.task_id")) {
            new Columns(connection, update).uuids(jobs, id -> id);
            return ids(update.executeQuery());
        }
    }

    /** Jobs whose ends no hint has told of. */
    static Set<UUID> unsettled(Connection connection, int limit) throws SQLException {
        try (var select = connection.prepareStatement("select t.job_id from task_node t join job j on j.id = t.job_id"
                + " where t.finished_at is null and (j.finished_at is not null or (j.state = 'QUEUED' and t.state <> 'PENDING'))"
                + " limit ?")) {
            select.setInt(1, limit);
            return ids(select.executeQuery());
        }
    }

    /** Tasks that wait for their end to be seen: everything placed has ended, or nothing was placed and a stop is wanted. */
    static Set<UUID> overdue(Connection connection, int limit) throws SQLException {
        try (var select = connection.prepareStatement("select k.id from task k where k.finished_at is null"
                + " and not exists (select 1 from task_node t where t.task_id = k.id and t.finished_at is null)"
                + " and (k.wanted = 'STOP' or exists (select 1 from task_node t where t.task_id = k.id)) limit ?")) {
            select.setInt(1, limit);
            return ids(select.executeQuery());
        }
    }

    static boolean anyLive(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement(
                        "select exists (select 1 from task_node where finished_at is null)");
                var row = select.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    static void state(Connection connection, UUID task, TaskState state) throws SQLException {
        try (var update = connection.prepareStatement("update task set state = ?, updated_at = now(),"
                + " finished_at = case when ? then now() end, secrets = case when ? then null else secrets end"
                + " where id = ? and finished_at is null and state <> ?")) {
            new Columns(connection, update)
                    .set(state.name())
                    .set(state.hasEnded())
                    .set(state.hasEnded())
                    .set(task)
                    .set(state.name());
            update.executeUpdate();
        }
    }

    /** A place that is given up: its node has been away for longer than its lease. */
    record Lost(UUID task, UUID account, UUID job) {}

    static List<Lost> lost(Connection connection, Duration offlineAfter, int limit) throws SQLException {
        try (var select = connection.prepareStatement(
                "select t.task_id, t.account_id, t.job_id from task_node t"
                        + " join job j on j.id = t.job_id join task k on k.id = t.task_id"
                        + " join node_liveness l on l.node_id = t.node_id"
                        + " where t.finished_at is null and k.replicas is not null and k.wanted = 'RUN' and j.state = 'QUEUED'"
                        + " and t.group_id is null and not t.moved and l.last_seen_at < now() - make_interval(secs => ?) limit ?")) {
            new Columns(connection, select)
                    .set((double) offlineAfter.toSeconds())
                    .set(limit);
            return places(select);
        }
    }

    /** Places where nothing runs yet, and nothing may begin now: their nodes are not healthy ones of the tasks' runs. */
    static List<Lost> outOfRun(Connection connection, int limit) throws SQLException {
        try (var select = connection.prepareStatement("select t.task_id, t.account_id, t.job_id from task k"
                + " join task_node t on t.task_id = k.id join job j on j.id = t.job_id"
                + " where k.run_id is not null and k.finished_at is null and k.replicas is not null and k.wanted = 'RUN'"
                + " and t.finished_at is null and t.group_id is null and not t.moved and j.state = 'QUEUED'"
                + " and not exists (select 1 from run_node m where m.node_id = t.node_id and m.run_id = k.run_id"
                + " and m.state = 'HEALTHY') limit ?")) {
            select.setInt(1, limit);
            return places(select);
        }
    }

    /** Containers of places that were given up, and that a server which died in between has not ended. */
    static List<Lost> leftBehind(Connection connection, int limit) throws SQLException {
        try (var select = connection.prepareStatement(
                "select task_id, account_id, job_id from task_node" + " where moved and finished_at is null limit ?")) {
            select.setInt(1, limit);
            return places(select);
        }
    }

    private static List<Lost> places(PreparedStatement select) throws SQLException {
        var lost = new ArrayList<Lost>();
        try (var row = select.executeQuery()) {
            while (row.next()) {
                lost.add(new Lost(
                        Columns.uuid(row, "task_id"), Columns.uuid(row, "account_id"), Columns.uuid(row, "job_id")));
            }
        }
        return lost;
    }

    /** A live place at a banned node, of the task itself or of its group. */
    record Barred(Lost place, UUID node, @Nullable UUID group) {}

    static List<Barred> barred(Connection connection, int limit) throws SQLException {
        try (var select = connection.prepareStatement("select task_id, account_id, job_id, node_id, group_id"
                + " from task_node where node_id = any(array(select id from node where ban is not null))"
                + " and finished_at is null and not moved limit ?")) {
            select.setInt(1, limit);
            var barred = new ArrayList<Barred>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    barred.add(new Barred(
                            new Lost(
                                    Columns.uuid(row, "task_id"),
                                    Columns.uuid(row, "account_id"),
                                    Columns.uuid(row, "job_id")),
                            Columns.uuid(row, "node_id"),
                            row.getObject("group_id", UUID.class)));
                }
            }
            return barred;
        }
    }

    static void giveUp(Connection connection, Lost lost, String reason) throws SQLException {
        try (var update = connection.prepareStatement(
                "update task_node set moved = true, reason = ?, updated_at = now() where job_id = ?")) {
            update.setString(1, reason);
            update.setObject(2, lost.job());
            update.executeUpdate();
        }
        try (var update = connection.prepareStatement("update task set place_at = now() where id = ?")) {
            update.setObject(1, lost.task());
            update.executeUpdate();
        }
    }

    private static Set<UUID> ids(ResultSet rows) throws SQLException {
        try (rows) {
            var ids = new HashSet<UUID>();
            while (rows.next()) {
                ids.add(rows.getObject(1, UUID.class));
            }
            return ids;
        }
    }
}
