package io.pithead.coordinator.overview;

import static io.pithead.coordinator.platform.Columns.instant;
import static io.pithead.coordinator.platform.Columns.requiredInstant;
import static io.pithead.coordinator.platform.Columns.uuid;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.node.NodeFacade;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Nodes, jobs and figures over all accounts, for the operator. */
@ApplicationScoped
public class OverviewFacade {
    /** Counting is the one thing here that costs more with more jobs, so it is done at most this often. */
    private static final Duration STATS_AGE = Duration.ofSeconds(10);

    private static final int JOULES_PER_KJ = 1_000;

    @Inject
    Database database;

    @Inject
    NodeFacade nodes;

    private volatile Stats stats = new Stats(Map.of(), 0, 0, 0, 0, 0, null, Instant.EPOCH);

    public Stats stats() {
        Stats current = stats;
        if (current.at().plus(STATS_AGE).isAfter(Instant.now())) {
            return current;
        }
        Stats fresh = database.withConnection(this::count);
        stats = fresh;
        return fresh;
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
            try (var select = connection.prepareStatement("select n.*, l.last_seen_at, l.load,"
                    + " coalesce(l.last_seen_at > now() - make_interval(secs => ?), false) as online,"
                    + " (select count(*) from job j where j.lease_node = n.id and j.state in ('LEASED', 'RUNNING')) as held"
                    + " from node n left join node_liveness l on l.node_id = n.id " + which)) {
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

    /** Newest first. */
    public Page<JobRow> jobs(int limit, @Nullable UUID before) {
        return database.withConnection(connection -> {
            try (var select = connection.prepareStatement("select j.*, n.miner_id from job j"
                    + " left join node n on n.id = j.lease_node"
                    + " where ?::uuid is null or j.id < ? order by j.id desc limit ?")) {
                new Columns(connection, select).set(before).set(before).set(limit + 1);
                return page(rows(select.executeQuery(), OverviewFacade::job), limit, JobRow::id);
            }
        });
    }

    private Stats count(Connection connection) throws SQLException {
        var queued = new TreeMap<String, Long>();
        try (var select = connection.prepareStatement(
                        "select workload, count(*) as n from job where state = 'QUEUED' group by workload");
                var rows = select.executeQuery()) {
            while (rows.next()) {
                queued.put(rows.getString("workload"), rows.getLong("n"));
            }
        }
        try (var select = connection.prepareStatement("select"
                + " (select count(*) from job where state = 'LEASED') as leased,"
                + " (select count(*) from job where state = 'RUNNING') as running,"
                + " (select count(*) from node) as nodes,"
                + " (select count(*) from node_liveness where last_seen_at > now() - make_interval(secs => ?)) as online,"
                + " r.n as completed, r.ms from (select count(*) as n,"
                + "   avg(extract(epoch from finished_at - started_at) * 1000) as ms"
                + "   from job where id > id_floor(now() - interval '1 hour') and state = 'COMPLETED') r")) {
            select.setDouble(1, nodes.pace().offlineAfter().toSeconds());
            try (var row = select.executeQuery()) {
                row.next();
                double ms = row.getDouble("ms");
                boolean noneCompleted = row.wasNull();
                return new Stats(
                        queued,
                        row.getLong("leased"),
                        row.getLong("running"),
                        row.getLong("nodes"),
                        row.getLong("online"),
                        row.getLong("completed"),
                        noneCompleted ? null : ms,
                        Instant.now());
            }
        }
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
                instant(row, "last_seen_at"),
                unknownLoad ? null : load,
                Json.own(row.getString("capabilities"), JsonNode.class),
                work.computeIfAbsent(uuid(row, "id"), id -> new ArrayList<>()),
                requiredInstant(row, "created_at"));
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
