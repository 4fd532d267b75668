package io.pithead.coordinator.task;

import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.task.core.FileNames;
import io.pithead.protocol.task.TaskFile;
import io.pithead.protocol.task.TaskFileOffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of the files that containers bring. */
final class TaskFileStore {
    private static final String FILE = "select id, name, path, sha256, bytes, node_id, job_id, at from task_file";

    /**
     * The token of a job that has ended is still that of its last lease: what its container announced may come after its end.
     * A lease that was lost is over at once.
     */
    private static final String HOLDER = "select t.task_id, t.account_id, t.node_id, t.group_id,"
            + " n.account_id as provider, j.lease_token,"
            + " k.request->'storage_config'->>'file_name_template' as template, m.position,"
            + " (select count(*) from node_group_member g where g.group_id = t.group_id and g.position is not null) as size,"
            + " case when j.state in ('LEASED', 'RUNNING') then j.lease_expires_at > now()"
            + " else j.state = 'VERIFYING' or coalesce(j.finished_at > now() - make_interval(secs => ?), false) end as live"
            + " from task_node t join task k on k.id = t.task_id join job j on j.id = t.job_id"
            + " left join node n on n.id = j.lease_node"
            + " left join node_group_member m on m.group_id = t.group_id and m.node_id = t.node_id"
            + " where t.job_id = ?";

    private TaskFileStore() {}

    /** A container, who holds or last held its lease, and what its task says of names. */
    record Holder(
            UUID task,
            UUID buyer,
            UUID node,
            @Nullable UUID provider,
            @Nullable Long lease,
            boolean live,
            @Nullable String template,
            FileNames.@Nullable Place place) {}

    static Optional<Holder> holder(Connection connection, UUID job, Duration afterEnd) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(HOLDER)) {
            new Columns(connection, select).set((double) afterEnd.toSeconds()).set(job);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(holder(row)) : Optional.empty();
            }
        }
    }

    private static Holder holder(ResultSet row) throws SQLException {
        UUID group = row.getObject("group_id", UUID.class);
        Integer position = Columns.nullableInt(row, "position");
        return new Holder(
                Columns.uuid(row, "task_id"),
                Columns.uuid(row, "account_id"),
                Columns.uuid(row, "node_id"),
                row.getObject("provider", UUID.class),
                Columns.nullableLong(row, "lease_token"),
                row.getBoolean("live"),
                row.getString("template"),
                group == null || position == null ? null : new FileNames.Place(group, position, row.getInt("size")));
    }

    /** To the end of the transaction: names, limits and room of one account's files are given one after the other. */
    static void lock(Connection connection, UUID buyer) throws SQLException {
        try (PreparedStatement lock =
                connection.prepareStatement("select pg_advisory_xact_lock(hashtextextended('task_file:' || ?, 0))")) {
            lock.setString(1, buyer.toString());
            lock.execute();
        }
    }

    /** What the task calls it, if it has it. */
    static Optional<String> known(Connection connection, TaskFileOffer offer) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select name from task_file where job_id = ? and path = ? and sha256 = ?")) {
            new Columns(connection, select).set(offer.id()).set(offer.path()).set(offer.sha256());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    /** What the account's files take. */
    static long taken(Connection connection, UUID buyer) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select coalesce(sum(artifact_charge(bytes)), 0) from task_file where account_id = ?")) {
            select.setObject(1, buyer);
            return number(select);
        }
    }

    /** Seconds until the node may bring one more of the task's files; 0 when it may now. */
    static long turnIn(Connection connection, Holder holder, int perHour) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select ceil(extract(epoch from at + interval '1 hour' - now())) from task_file"
                        + " where task_id = ? and node_id = ? and at > now() - interval '1 hour'"
                        + " order by at desc offset ? limit 1")) {
            new Columns(connection, select)
                    .set(holder.task())
                    .set(holder.node())
                    .set(perHour - 1);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Math.max(1, row.getLong(1)) : 0;
            }
        }
    }

    /** Whether the provider brought it, or the container before: a digest alone gives nobody anything. */
    static boolean isBrought(Connection connection, UUID provider, TaskFileOffer offer) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select exists (select 1 from artifact"
                + " where account_id = ? and sha256 = ? and size = ?) or exists (select 1 from task_file"
                + " where job_id = ? and sha256 = ? and bytes = ?)")) {
            new Columns(connection, select)
                    .set(provider)
                    .set(offer.sha256())
                    .set(offer.size())
                    .set(offer.id())
                    .set(offer.sha256())
                    .set(offer.size());
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** How many files the container has brought. */
    static int count(Connection connection, UUID job) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select coalesce(max(position) + 1, 0) from task_file where job_id = ?")) {
            select.setObject(1, job);
            return Math.toIntExact(number(select));
        }
    }

    static boolean isTaken(Connection connection, UUID task, String name) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select exists (select 1 from task_file where task_id = ? and name = ?)")) {
            new Columns(connection, select).set(task).set(name);
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    static void insert(Connection connection, UUID id, Holder holder, TaskFileOffer offer, int position, String name)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into task_file"
                + " (id, task_id, job_id, node_id, account_id, position, path, name, sha256, bytes)"
                + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            new Columns(connection, insert)
                    .set(id)
                    .set(holder.task())
                    .set(offer.id())
                    .set(holder.node())
                    .set(holder.buyer())
                    .set(position)
                    .set(offer.path())
                    .set(name)
                    .set(offer.sha256())
                    .set(offer.size());
            insert.executeUpdate();
        }
    }

    /** Newest first; {@code before} is the last one of the page before. */
    static List<TaskFile> page(Connection connection, UUID task, int limit, @Nullable UUID before) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                FILE + " where task_id = ?" + (before == null ? "" : " and id < ?") + " order by id desc limit ?")) {
            var columns = new Columns(connection, select).set(task);
            if (before != null) {
                columns.set(before);
            }
            columns.set(limit);
            var found = new ArrayList<TaskFile>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(file(row));
                }
            }
            return found;
        }
    }

    private static TaskFile file(ResultSet row) throws SQLException {
        return new TaskFile(
                Columns.uuid(row, "id"),
                row.getString("name"),
                row.getString("path"),
                row.getString("sha256"),
                row.getLong("bytes"),
                Columns.uuid(row, "node_id").toString(),
                Columns.uuid(row, "job_id"),
                Columns.requiredInstant(row, "at"));
    }

    private static long number(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
