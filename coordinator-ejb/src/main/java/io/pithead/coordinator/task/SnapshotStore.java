package io.pithead.coordinator.task;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.task.Snapshot;
import io.pithead.protocol.task.SnapshotChunk;
import io.pithead.protocol.task.SnapshotView;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The SQL of snapshots. */
final class SnapshotStore {
    private SnapshotStore() {}

    /** A container, and who holds its lease. */
    record Holder(
            UUID task,
            UUID buyer,
            @Nullable UUID provider,
            @Nullable Long lease,
            boolean live) {}

    static Optional<Holder> holder(Connection connection, UUID job) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select t.task_id, t.account_id, n.account_id as provider, j.lease_token,"
                        + " j.state in ('LEASED', 'RUNNING') and j.lease_expires_at > now() as live"
                        + " from task_node t join job j on j.id = t.job_id left join node n on n.id = j.lease_node"
                        + " where t.job_id = ?")) {
            select.setObject(1, job);
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Holder(
                                Columns.uuid(row, "task_id"),
                                Columns.uuid(row, "account_id"),
                                row.getObject("provider", UUID.class),
                                Columns.nullableLong(row, "lease_token"),
                                row.getBoolean("live")))
                        : Optional.empty();
            }
        }
    }

    /** To the end of the transaction: two snapshots of one account could otherwise both take the last of its room. */
    static void lock(Connection connection, UUID buyer) throws SQLException {
        try (PreparedStatement lock =
                connection.prepareStatement("select pg_advisory_xact_lock(hashtextextended('snapshot:' || ?, 0))")) {
            lock.setString(1, buyer.toString());
            lock.execute();
        }
    }

    /** What the account's other snapshots take. */
    static long others(Connection connection, UUID buyer, UUID job) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select coalesce(sum(bytes), 0) from task_snapshot where account_id = ?"
                        + " and job_id <> ? and heir is distinct from ?")) {
            new Columns(connection, select).set(buyer).set(job).set(job);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /**
     * Those pieces that the provider did not bring, and that neither this container's snapshot has nor the one it went on from:
     * whoever names the digest of somebody else's bytes learns nothing and gets nothing.
     */
    static List<String> missing(Connection connection, UUID provider, UUID job, List<SnapshotChunk> chunks)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select distinct c.sha256"
                + " from unnest(?, ?) as c(sha256, size)"
                + " where not exists (select 1 from artifact a where a.account_id = ? and a.sha256 = c.sha256"
                + " and a.size = c.size)"
                + " and not exists (select 1 from task_snapshot_chunk k join task_snapshot s on s.job_id = k.job_id"
                + " where k.sha256 = c.sha256 and k.size = c.size and (s.job_id = ? or s.heir = ?))")) {
            new Columns(connection, select)
                    .texts(chunks, SnapshotChunk::sha256)
                    .longs(chunks, SnapshotChunk::size)
                    .set(provider)
                    .set(job)
                    .set(job);
            var missing = new ArrayList<String>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    missing.add(row.getString(1));
                }
            }
            return missing;
        }
    }

    /** In place of the container's last one, and of the one it went on from. */
    static void replace(Connection connection, UUID job, Holder holder, long bytes, List<SnapshotChunk> chunks)
            throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from task_snapshot where job_id = ? or heir = ?")) {
            new Columns(connection, delete).set(job).set(job);
            delete.executeUpdate();
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into task_snapshot (job_id, task_id, account_id, bytes) values (?, ?, ?, ?)")) {
            new Columns(connection, insert)
                    .set(job)
                    .set(holder.task())
                    .set(holder.buyer())
                    .set(bytes);
            insert.executeUpdate();
        }
        try (PreparedStatement insert =
                connection.prepareStatement("insert into task_snapshot_chunk (job_id, at, sha256, size)"
                        + " select ?, c.at, c.sha256, c.size from unnest(?, ?, ?) as c(at, sha256, size)")) {
            new Columns(connection, insert)
                    .set(job)
                    .ints(IntStream.range(0, chunks.size()).boxed().toList(), at -> at)
                    .texts(chunks, SnapshotChunk::sha256)
                    .longs(chunks, SnapshotChunk::size);
            insert.executeUpdate();
        }
    }

    /**
     * The container's own; otherwise the one it goes on from, or the newest of those that containers of the same task left
     * behind with their nodes. That one is then this container's alone. A group's data stays on its nodes (ADR 8): each
     * of its containers kept something of its own.
     */
    static Optional<UUID> claim(Connection connection, UUID job, UUID task) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select job_id from task_snapshot where job_id = ? or heir = ? order by job_id = ? desc limit 1")) {
            new Columns(connection, select).set(job).set(job).set(job);
            try (ResultSet row = select.executeQuery()) {
                if (row.next()) {
                    return Optional.of(Columns.uuid(row, "job_id"));
                }
            }
        }
        try (PreparedStatement update = connection.prepareStatement("update task_snapshot set heir = ?"
                + " where job_id = (select s.job_id from task_snapshot s join task_node t on t.job_id = s.job_id"
                + " where s.task_id = ? and s.heir is null and t.moved and t.group_id is null"
                + " order by s.taken_at desc limit 1 for update of s skip locked) returning job_id")) {
            new Columns(connection, update).set(job).set(task);
            try (ResultSet row = update.executeQuery()) {
                return row.next() ? Optional.of(Columns.uuid(row, "job_id")) : Optional.empty();
            }
        }
    }

    static Optional<Snapshot> read(Connection connection, UUID job) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select s.taken_at, s.bytes, c.sha256, c.size"
                + " from task_snapshot s left join task_snapshot_chunk c on c.job_id = s.job_id"
                + " where s.job_id = ? order by c.at")) {
            select.setObject(1, job);
            var chunks = new ArrayList<SnapshotChunk>();
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                var takenAt = Columns.requiredInstant(row, "taken_at");
                long bytes = row.getLong("bytes");
                do {
                    String sha256 = row.getString("sha256");
                    if (sha256 != null) {
                        chunks.add(new SnapshotChunk(sha256, row.getLong("size")));
                    }
                } while (row.next());
                return Optional.of(new Snapshot(job, takenAt, bytes, chunks));
            }
        }
    }

    static boolean isTaskOf(Connection connection, UUID account, UUID task) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select 1 from task where id = ? and account_id = ?")) {
            new Columns(connection, select).set(task).set(account);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    static boolean isOf(Connection connection, UUID account, UUID task, UUID job) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select 1 from task_snapshot where job_id = ? and task_id = ? and account_id = ?")) {
            new Columns(connection, select).set(job).set(task).set(account);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    static List<SnapshotView> list(Connection connection, UUID task, int limit, @Nullable UUID before)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select s.job_id, t.node_id, s.taken_at, s.bytes,"
                + " (select count(*)::integer from task_snapshot_chunk c where c.job_id = s.job_id) as chunks"
                + " from task_snapshot s join task_node t on t.job_id = s.job_id where s.task_id = ?"
                + " and (?::uuid is null or s.job_id < ?) order by s.job_id desc limit ?")) {
            new Columns(connection, select).set(task).set(before).set(before).set(limit);
            var page = new ArrayList<SnapshotView>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    page.add(new SnapshotView(
                            Columns.uuid(row, "job_id"),
                            Columns.uuid(row, "node_id").toString(),
                            Columns.requiredInstant(row, "taken_at"),
                            row.getLong("bytes"),
                            row.getInt("chunks")));
                }
            }
            return page;
        }
    }

    /** Of tasks that ended so long ago; their files go with the artifacts' sweep. */
    static void expire(Connection connection, Duration retention, int limit) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from task_snapshot where job_id in (select s.job_id"
                        + " from task_snapshot s join task k on k.id = s.task_id"
                        + " where k.finished_at < now() - make_interval(secs => ?) limit ?)")) {
            new Columns(connection, delete).set((double) retention.toSeconds()).set(limit);
            delete.executeUpdate();
        }
    }
}
