package io.pithead.coordinator.task;

import io.pithead.coordinator.platform.Columns;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The SQL that takes old tasks away. What is owed and signed is kept elsewhere, by the job. */
final class RetentionStore {
    /** A snapshot has thousands of pieces. */
    private static final int ROWS_PER_SNAPSHOT = 20;

    private RetentionStore() {}

    /** Whether this transaction is the one that takes away until it ends. */
    static boolean lock(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("select pg_try_advisory_xact_lock(hashtext('task-retention'))");
                var row = select.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** Tasks that ended so long ago, and all that belongs to them: containers, money, groups. */
    static List<UUID> old(Connection connection, Duration retention, int limit) throws SQLException {
        try (var select = connection.prepareStatement("select k.id from task k"
                + " where k.finished_at < now() - make_interval(secs => ?)"
                + " and not exists (select 1 from task_node t where t.task_id = k.id"
                + " and (t.finished_at is null or t.finished_at >= now() - make_interval(secs => ?)))"
                + " and not exists (select 1 from meter m where m.task_id = k.id and m.closed_at is null)"
                + " and not exists (select 1 from node_group g where g.task_id = k.id and g.ended_at is null)"
                + " order by k.finished_at limit ?")) {
            double seconds = retention.toSeconds();
            new Columns(connection, select).set(seconds).set(seconds).set(limit);
            var tasks = new ArrayList<UUID>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    tasks.add(Columns.uuid(row, "id"));
                }
            }
            return tasks;
        }
    }

    /**
     * Takes away at most so many rows of each kind, what refers to others first: a task goes with the last of what it has,
     * in this call or in a later one. How many rows went.
     */
    static int purge(Connection connection, List<UUID> tasks, int limit) throws SQLException {
        // locked by whoever expires them, these go anyway
        int rows = delete(
                connection,
                "delete from task_snapshot where job_id in (select job_id from task_snapshot where task_id = any(?)"
                        + " limit ? for update skip locked)",
                tasks,
                Math.max(1, limit / ROWS_PER_SNAPSHOT));
        rows += delete(
                connection,
                "delete from meter where job_id in (select job_id from meter where task_id = any(?) limit ?)",
                tasks,
                limit);
        rows += delete(
                connection,
                "delete from task_node where job_id in (select t.job_id from task_node t where t.task_id = any(?)"
                        + " and not exists (select 1 from meter m where m.job_id = t.job_id)"
                        + " and not exists (select 1 from task_snapshot s where s.job_id = t.job_id)"
                        + " and not exists (select 1 from task_snapshot s where s.heir = t.job_id) limit ?)",
                tasks,
                limit);
        rows += delete(
                connection,
                "delete from node_group_member where (group_id, node_id) in (select m.group_id, m.node_id"
                        + " from node_group_member m join node_group g on g.id = m.group_id where g.task_id = any(?) limit ?)",
                tasks,
                limit);
        rows += delete(
                connection,
                "delete from node_group where id in (select g.id from node_group g where g.task_id = any(?)"
                        + " and not exists (select 1 from node_group_member m where m.group_id = g.id)"
                        + " and not exists (select 1 from task_node t where t.group_id = g.id) limit ?)",
                tasks,
                limit);
        return rows
                + delete(
                        connection,
                        "delete from task where id in (select k.id from task k where k.id = any(?)"
                                + " and not exists (select 1 from task_node t where t.task_id = k.id)"
                                + " and not exists (select 1 from meter m where m.task_id = k.id)"
                                + " and not exists (select 1 from task_snapshot s where s.task_id = k.id)"
                                + " and not exists (select 1 from node_group g where g.task_id = k.id) limit ?)",
                        tasks,
                        limit);
    }

    private static int delete(Connection connection, String sql, List<UUID> tasks, int limit) throws SQLException {
        try (var delete = connection.prepareStatement(sql)) {
            new Columns(connection, delete).uuids(tasks, id -> id).set(limit);
            return delete.executeUpdate();
        }
    }

    /** Groups that never began, of tasks that may still wait: nothing ever ran of them, and a long wait leaves many. */
    static int purgeNeverPlaced(Connection connection, Duration retention, int limit) throws SQLException {
        try (var delete = connection.prepareStatement("with old as (select id from node_group where placed_at is null"
                + " and ended_at is not null and ended_at < now() - make_interval(secs => ?) limit ?),"
                + " members as (delete from node_group_member where group_id in (select id from old))"
                + " delete from node_group where id in (select id from old)")) {
            new Columns(connection, delete).set((double) retention.toSeconds()).set(limit);
            return delete.executeUpdate();
        }
    }
}
