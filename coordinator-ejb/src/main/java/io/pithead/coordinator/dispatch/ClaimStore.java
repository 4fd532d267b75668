package io.pithead.coordinator.dispatch;

import io.pithead.coordinator.job.ReadyJobs.Ready;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.job.JobState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of claims. */
final class ClaimStore {
    /** Classes looked at in one tick; a rotating cursor takes the next ones in the next tick. */
    static final int MAX_HEADS = 2_000;

    private static final String CLAIM = """
            with slot as (
                select s.* from unnest(?, ?, ?, ?, ?) as s(class_id, rank, node_id, miner_id, renews)
                  join job_class c on c.id = s.class_id
                 where not exists (select 1 from node n where n.id = s.node_id and n.ban is not null)
                   and (c.run_id is null or exists (select 1 from run_node m join run r on r.id = m.run_id
                         where m.node_id = s.node_id and m.run_id = c.run_id and m.state = 'HEALTHY' and r.state = 'OPEN'))
            ), want as (
                select class_id, count(*)::integer as n from slot group by class_id
            ), locked as materialized (
                select w.class_id, j.id, j.priority from want w cross join lateral (
                    select id, priority from job
                     where class_id = w.class_id and state = 'QUEUED' and not waiting and expires_at > now()
                     order by priority desc, id limit w.n for update skip locked) j
            ), ranked as (
                select id, class_id, row_number() over (partition by class_id order by priority desc, id) as rank from locked
            )
            update job j set state = 'LEASED', attempt = j.attempt + 1, last_seq = j.last_seq + 1,
                   lease_token = nextval('lease_token'), lease_node = s.node_id, lease_missed = 0,
                   lease_expires_at = now() + case when j.kind = 'CONTAINER' then ? when s.renews then ? else ? + make_interval(secs => j.max_runtime_s) end,
                   started_at = now(), percent = null, note = null
              from ranked r join slot s on s.class_id = r.class_id and s.rank = r.rank
             where j.id = r.id
            returning j.id, j.account_id, j.class_id, j.attempt, j.last_seq, j.lease_token, j.lease_node, j.lease_expires_at,
                      j.max_runtime_s, j.deadline, j.callback, s.miner_id, s.rank, now() as now,
                      (select request from job_spec where job_id = j.id) as request
            """;

    private static final String HELD =
            " from job where lease_node = any(?) and state in ('LEASED', 'RUNNING') and lease_expires_at > now()";

    private ClaimStore() {}

    /** A free slot for a job of a class; {@code rank} counts the slots of the class from 1. */
    record Slot(long classId, int rank, UUID node, String minerId, boolean renews) {}

    /**
     * A job that has just been leased, or one that is held already.
     *
     * @param request what its buyer asked for
     */
    record Claimed(
            UUID id,
            long classId,
            UUID node,
            long token,
            Instant leaseExpiresAt,
            int attempt,
            int maxRuntimeS,
            @Nullable Instant deadline,
            int rank,
            String request,
            @Nullable Transition transition) {}

    static List<Claimed> claim(
            Connection connection, List<Slot> slots, Duration ttl, Duration seedGrace, Duration disconnectGrace)
            throws SQLException {
        try (var claim = connection.prepareStatement(CLAIM)) {
            new Columns(connection, claim)
                    .longs(slots, Slot::classId)
                    .ints(slots, Slot::rank)
                    .uuids(slots, Slot::node)
                    .texts(slots, Slot::minerId)
                    .bools(slots, Slot::renews)
                    .set(interval(disconnectGrace))
                    .set(interval(ttl))
                    .set(interval(seedGrace));
            var claimed = new ArrayList<Claimed>();
            try (var row = claim.executeQuery()) {
                while (row.next()) {
                    claimed.add(claimed(row));
                }
            }
            return claimed;
        }
    }

    private static org.postgresql.util.PGInterval interval(Duration duration) {
        return new org.postgresql.util.PGInterval(0, 0, 0, 0, 0, duration.toMillis() / 1_000.0);
    }

    private static Claimed claimed(ResultSet row) throws SQLException {
        UUID id = Columns.uuid(row, "id");
        long token = row.getLong("lease_token");
        int attempt = row.getInt("attempt");
        var leased = new Transition(
                id,
                Columns.uuid(row, "account_id"),
                row.getInt("last_seq"),
                JobState.LEASED,
                Columns.requiredInstant(row, "now"),
                "node:" + row.getString("miner_id"),
                attempt,
                token,
                Columns.uuid(row, "lease_node"),
                null,
                row.getBoolean("callback"));
        return new Claimed(
                id,
                row.getLong("class_id"),
                Columns.uuid(row, "lease_node"),
                token,
                Columns.requiredInstant(row, "lease_expires_at"),
                attempt,
                row.getInt("max_runtime_s"),
                Columns.instant(row, "deadline"),
                row.getInt("rank"),
                row.getString("request"),
                leased);
    }

    /** What these nodes hold now, by node. */
    static Map<UUID, List<Claimed>> held(Connection connection, Collection<UUID> nodes) throws SQLException {
        var held = new HashMap<UUID, List<Claimed>>();
        try (var select =
                connection.prepareStatement("select id, class_id, lease_node, lease_token, lease_expires_at, attempt,"
                        + " max_runtime_s, deadline, (select request from job_spec where job_id = job.id) as request"
                        + HELD + " order by lease_token")) {
            new Columns(connection, select).uuids(nodes, id -> id);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    UUID node = Columns.uuid(row, "lease_node");
                    held.computeIfAbsent(node, id -> new ArrayList<>())
                            .add(new Claimed(
                                    Columns.uuid(row, "id"),
                                    row.getLong("class_id"),
                                    node,
                                    row.getLong("lease_token"),
                                    Columns.requiredInstant(row, "lease_expires_at"),
                                    row.getInt("attempt"),
                                    row.getInt("max_runtime_s"),
                                    Columns.instant(row, "deadline"),
                                    0,
                                    row.getString("request"),
                                    null));
                }
            }
        }
        return held;
    }

    /** How many jobs these nodes hold now; nodes that hold none are left out. */
    static Map<UUID, Integer> holdings(Connection connection, Collection<UUID> nodes) throws SQLException {
        var holdings = new HashMap<UUID, Integer>();
        try (var select = connection.prepareStatement("select lease_node, count(*)" + HELD + " group by lease_node")) {
            new Columns(connection, select).uuids(nodes, id -> id);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    holdings.put(Columns.uuid(row, "lease_node"), row.getInt("count"));
                }
            }
        }
        return holdings;
    }

    /** The first ready job of each class after {@code afterClass}: one index probe per class, however long the queues are. */
    static List<Ready> heads(Connection connection, long afterClass) throws SQLException {
        try (var select = connection.prepareStatement("""
                with recursive head as (
                    (select class_id, priority, id from job
                      where state = 'QUEUED' and not waiting and class_id > ? order by class_id, priority desc, id limit 1)
                    union all
                    select n.class_id, n.priority, n.id from head h cross join lateral (
                        select class_id, priority, id from job
                         where state = 'QUEUED' and not waiting and class_id > h.class_id
                         order by class_id, priority desc, id limit 1) n
                )
                select * from head limit ?
                """)) {
            select.setLong(1, afterClass);
            select.setInt(2, MAX_HEADS);
            var heads = new ArrayList<Ready>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    heads.add(new Ready(
                            row.getLong("class_id"),
                            ReadyClasses.UNKNOWN_COUNT,
                            row.getInt("priority"),
                            Columns.uuid(row, "id")));
                }
            }
            return heads;
        }
    }
}
