package io.pithead.coordinator.overview;

import static io.pithead.coordinator.platform.Columns.instant;
import static io.pithead.coordinator.platform.Columns.requiredInstant;
import static io.pithead.coordinator.platform.Columns.uuid;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.job.JobScan;
import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.node.core.Heard;
import io.pithead.coordinator.overview.Overview.JobRow;
import io.pithead.coordinator.overview.Overview.NodeRow;
import io.pithead.coordinator.overview.Overview.Stats;
import io.pithead.coordinator.overview.Overview.Work;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.money.Money;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Nodes, jobs and figures over all accounts, for the operator. */
@ApplicationScoped
public class OverviewFacade {
    /** Counting is the one thing here that costs more with more jobs and nodes, so it is done at most this often. */
    static final Duration MIN_REST = Duration.ofSeconds(10);

    static final Duration MAX_REST = Duration.ofMinutes(5);

    /** And for one part in so many of the time, however long it takes: the database is there for the jobs. */
    private static final int RESTS = 100;

    private static final int JOULES_PER_KJ = 1_000;

    private static final String NODES = "select n.*, l.last_seen_at, l.load, l.heard::text as heard, now() as now,"
            + " coalesce(l.last_seen_at > now() - make_interval(secs => ?), false) as online,"
            + " (select count(*) from job j where j.lease_node = n.id and j.state in ('LEASED', 'RUNNING')) as held"
            + " from node n left join node_liveness l on l.node_id = n.id";

    private static final String JOBS = "select j.*, n.miner_id from job j left join node n on n.id = j.lease_node";

    @Inject
    Database database;

    @Inject
    NodeFacade nodes;

    private final ReentrantLock counting = new ReentrantLock();
    private volatile Instant countAgain = Instant.EPOCH;
    private volatile Stats stats = new Stats(Map.of(), 0, 0, 0, 0, 0, null, 0, Map.of(), 0, Map.of(), Instant.EPOCH);

    /** However many look, it is counted once. */
    public Stats stats() {
        if (isFresh()) {
            return stats;
        }
        counting.lock();
        try {
            if (!isFresh()) {
                long began = System.nanoTime();
                stats = database.withConnection(this::count);
                countAgain = stats.at().plus(rest(Duration.ofNanos(System.nanoTime() - began)));
            }
            return stats;
        } finally {
            counting.unlock();
        }
    }

    private boolean isFresh() {
        return countAgain.isAfter(Instant.now());
    }

    /** @param took what the last count did */
    static Duration rest(Duration took) {
        Duration rest = took.multipliedBy(RESTS);
        return rest.compareTo(MIN_REST) < 0 ? MIN_REST : rest.compareTo(MAX_REST) > 0 ? MAX_REST : rest;
    }

    public JobRow job(UUID id) {
        return database.withConnection(connection -> {
            try (var select = connection.prepareStatement(JOBS + " where j.id = ?")) {
                new Columns(connection, select).set(id);
                return rows(select.executeQuery(), OverviewFacade::job).stream()
                        .findFirst()
                        .orElseThrow(() -> new CoordinatorException(ErrorCode.JOB_NOT_FOUND, "There is no such job."));
            }
        });
    }

    public Page<NodeRow> nodes(int limit, @Nullable UUID after) {
        return page(
                nodes("where ?::uuid is null or n.id > ? order by n.id limit ?", after, after, limit + 1),
                limit,
                NodeRow::id);
    }

    public NodeRow node(UUID id) {
        return nodes("where n.id = ?", id).stream()
                .findFirst()
                .orElseThrow(() -> new CoordinatorException(ErrorCode.NODE_NOT_FOUND, "There is no such node."));
    }

    private List<NodeRow> nodes(String which, @Nullable Object... values) {
        double offlineAfter = nodes.pace().offlineAfter().toSeconds();
        return database.withConnection(connection -> {
            try (var select = connection.prepareStatement(NODES + " " + which)) {
                var columns = new Columns(connection, select).set(offlineAfter);
                for (Object value : values) {
                    columns.set(value);
                }
                var work = new HashMap<UUID, List<Work>>();
                List<NodeRow> rows = rows(select.executeQuery(), row -> node(row, work));
                fill(connection, rows, work);
                return rows;
            }
        });
    }

    public Page<JobRow> jobs(int limit, @Nullable UUID before) {
        return jobs(null, null, limit, before);
    }

    /** Newest first; of one state, of one account. */
    public Page<JobRow> jobs(@Nullable JobState state, @Nullable UUID account, int limit, @Nullable UUID before) {
        return database.withConnection(connection -> page(
                account == null
                        ? newest(connection, state, limit + 1, before)
                        : those(connection, JobScan.of(connection, account, state, before, limit + 1)),
                limit,
                JobRow::id));
    }

    /** The state stands in the text, so that the planner sees which partial index serves it. */
    private static List<JobRow> newest(
            Connection connection, @Nullable JobState state, int limit, @Nullable UUID before) throws SQLException {
        String which = state == null ? "" : " and j.state = '" + state.name() + "'";
        try (var select = connection.prepareStatement(
                JOBS + " where (?::uuid is null or j.id < ?)" + which + " order by j.id desc limit ?")) {
            new Columns(connection, select).set(before).set(before).set(limit);
            return rows(select.executeQuery(), OverviewFacade::job);
        }
    }

    /** What a node works on now: as many as it works on at once, and those are few. */
    public List<JobRow> held(UUID node) {
        return database.withConnection(connection -> {
            try (var select = connection.prepareStatement(
                    JOBS + " where j.lease_node = ? and j.state in ('LEASED', 'RUNNING') order by j.id limit ?")) {
                new Columns(connection, select).set(node).set(Page.MAX_LIMIT);
                return rows(select.executeQuery(), OverviewFacade::job);
            }
        });
    }

    private static List<JobRow> those(Connection connection, List<UUID> ids) throws SQLException {
        try (var select = connection.prepareStatement(JOBS + " where j.id = any(?) order by j.id desc")) {
            new Columns(connection, select).uuids(ids, id -> id);
            return rows(select.executeQuery(), OverviewFacade::job);
        }
    }

    private Stats count(Connection connection) throws SQLException {
        var queued = new TreeMap<String, Long>();
        long oldest = 0;
        try (var select = connection.prepareStatement("select workload, count(*) as n,"
                        + " greatest(extract(epoch from now() - min(submitted_at)), 0)::bigint as age"
                        + " from job where state = 'QUEUED' group by workload");
                var rows = select.executeQuery()) {
            while (rows.next()) {
                queued.put(rows.getString("workload"), rows.getLong("n"));
                oldest = Math.max(oldest, rows.getLong("age"));
            }
        }
        var ended = new EnumMap<JobState, Long>(JobState.class);
        Double averageMs = ended(connection, ended);
        Map<String, Long> nodeStates = nodeStates(connection);
        try (var select = connection.prepareStatement("select (select count(*) from job where state = 'LEASED') as"
                + " leased, (select count(*) from job where state = 'RUNNING') as running, (select count(*) from job where"
                + " state = 'VERIFYING') as verifying, (select count(*) from node) as nodes, (select count(*) from"
                + " node_liveness where last_seen_at > now() - make_interval(secs => ?)) as online")) {
            select.setDouble(1, nodes.pace().offlineAfter().toSeconds());
            try (var row = select.executeQuery()) {
                row.next();
                return new Stats(
                        queued,
                        row.getLong("leased"),
                        row.getLong("running"),
                        row.getLong("nodes"),
                        row.getLong("online"),
                        ended.getOrDefault(JobState.COMPLETED, 0L),
                        averageMs,
                        row.getLong("verifying"),
                        ended,
                        oldest,
                        nodeStates,
                        Instant.now());
            }
        }
    }

    /** @return how long those that were completed ran on average, if there are any */
    private static @Nullable Double ended(Connection connection, Map<JobState, Long> ended) throws SQLException {
        Double averageMs = null;
        try (var select = connection.prepareStatement("select state, count(*) as n,"
                        + " avg(extract(epoch from finished_at - started_at) * 1000) as ms from job"
                        + " where id > id_floor(now() - interval '1 hour')"
                        + " and state in ('COMPLETED', 'CANCELED', 'EXPIRED', 'FAILED') group by state");
                var rows = select.executeQuery()) {
            while (rows.next()) {
                JobState state = JobState.valueOf(rows.getString("state"));
                ended.put(state, rows.getLong("n"));
                if (state == JobState.COMPLETED) {
                    averageMs = rows.getDouble("ms");
                }
            }
        }
        return averageMs;
    }

    private Map<String, Long> nodeStates(Connection connection) throws SQLException {
        var states = new TreeMap<String, Long>();
        try (var select = connection.prepareStatement("select case when n.ban is not null then 'banned'"
                + " when l.last_seen_at is null or l.last_seen_at <= now() - make_interval(secs => ?) then 'offline'"
                + " when n.draining then 'draining' else 'online' end as state, count(*) as n"
                + " from node n left join node_liveness l on l.node_id = n.id group by 1")) {
            select.setDouble(1, nodes.pace().offlineAfter().toSeconds());
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    states.put(rows.getString("state"), rows.getLong("n"));
                }
            }
        }
        return states;
    }

    private interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private static <T> List<T> rows(ResultSet rows, Reader<T> reader) throws SQLException {
        try (rows) {
            var items = new ArrayList<T>();
            while (rows.next()) {
                items.add(reader.read(rows));
            }
            return items;
        }
    }

    private static <T> Page<T> page(List<T> rows, int limit, Function<T, UUID> id) {
        boolean more = rows.size() > limit;
        List<T> items = more ? rows.subList(0, limit) : rows;
        return new Page<>(items, more ? id.apply(items.getLast()).toString() : null);
    }

    /** Reads what the nodes of a page have done into the lists that their rows hold. */
    private static void fill(Connection connection, List<NodeRow> nodes, Map<UUID, List<Work>> work)
            throws SQLException {
        try (var select = connection.prepareStatement(
                "select * from node_work where node_id = any(?) order by node_id, workload")) {
            new Columns(connection, select).uuids(nodes, NodeRow::id);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    double energy = row.getDouble("energy_j");
                    double tflop = row.getDouble("tflop");
                    Objects.requireNonNull(work.get(uuid(row, "node_id")))
                            .add(new Work(
                                    row.getString("workload"),
                                    row.getString("unit"),
                                    row.getLong("jobs"),
                                    row.getDouble("work"),
                                    energy > 0 ? energy : null,
                                    energy > 0 ? row.getDouble("energy_work") / energy * JOULES_PER_KJ : null,
                                    tflop > 0 ? tflop : null,
                                    tflop > 0 ? row.getDouble("tflop_work") / tflop : null));
                }
            }
        }
    }

    private static NodeRow node(ResultSet row, Map<UUID, List<Work>> work) throws SQLException {
        double load = row.getDouble("load");
        boolean unknownLoad = row.wasNull();
        Instant lastSeen = instant(row, "last_seen_at");
        Instant createdAt = requiredInstant(row, "created_at");
        return new NodeRow(
                uuid(row, "id"),
                uuid(row, "account_id"),
                row.getString("miner_id"),
                row.getString("mode"),
                row.getInt("concurrency"),
                row.getBoolean("renews"),
                row.getBoolean("draining"),
                row.getString("ban"),
                row.getBoolean("online"),
                row.getInt("held"),
                lastSeen,
                unknownLoad ? null : load,
                lastSeen == null
                        ? null
                        : Heard.of(row.getString("heard"), lastSeen, createdAt, requiredInstant(row, "now")),
                Json.own(row.getString("capabilities"), JsonNode.class),
                work.computeIfAbsent(uuid(row, "id"), id -> new ArrayList<>()),
                createdAt);
    }

    private static JobRow job(ResultSet row) throws SQLException {
        return new JobRow(
                uuid(row, "id"),
                uuid(row, "account_id"),
                row.getString("workload"),
                JobState.valueOf(row.getString("state")),
                Money.format(Columns.amount(row, "price")),
                row.getInt("attempt"),
                row.getString("miner_id"),
                requiredInstant(row, "submitted_at"),
                instant(row, "finished_at"),
                row.getString("error_code"));
    }
}
