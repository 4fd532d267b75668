package io.pithead.coordinator.task;

import io.pithead.coordinator.node.RunningSink;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Heartbeat;
import io.pithead.protocol.task.ContainerMetrics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The latest figures of every container that runs, as the holders of their leases tell them with their heartbeats. */
@ApplicationScoped
public class ContainerMetricsFacade implements RunningSink {
    /** Containers in one answer; a node has fewer. */
    private static final int MAX_FIGURES = 1_024;

    private static final String FIGURES = "cpu_ms, memory_bytes, memory_limit_bytes, network_rx_bytes,"
            + " network_tx_bytes, block_read_bytes, block_write_bytes, pids, gpus, reported";

    private static final String KEEP = "insert into container_metrics (job_id, node_id, account_id, " + FIGURES + ")"
            + " select r.job_id, t.node_id, t.account_id, r.cpu_ms, r.memory_bytes, r.memory_limit_bytes,"
            + " r.network_rx_bytes, r.network_tx_bytes, r.block_read_bytes, r.block_write_bytes, r.pids, r.gpus::json,"
            + " r.reported::json"
            + " from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as r(node_id, job_id, lease, " + FIGURES + ")"
            + " join task_node t on t.job_id = r.job_id and t.node_id = r.node_id and t.finished_at is null"
            // who held it once and lists it still tells nothing of the container that runs now
            + " join job j on j.id = r.job_id and j.lease_node = r.node_id and j.lease_token = r.lease"
            + " order by r.job_id on conflict (job_id) do update set cpu_ms = excluded.cpu_ms,"
            + " memory_bytes = excluded.memory_bytes, memory_limit_bytes = excluded.memory_limit_bytes,"
            + " network_rx_bytes = excluded.network_rx_bytes, network_tx_bytes = excluded.network_tx_bytes,"
            + " block_read_bytes = excluded.block_read_bytes, block_write_bytes = excluded.block_write_bytes,"
            + " pids = excluded.pids, gpus = excluded.gpus, reported = excluded.reported, at = now()";

    private static final String READ = "select t.task_id, t.job_id, t.node_id, m.at, " + FIGURES
            + " from container_metrics m join task_node t on t.job_id = m.job_id where t.account_id = ?"
            + " and t.finished_at is null and ";

    @Inject
    Database database;

    private record Figure(UUID node, UUID job, Long lease, ContainerMetrics metrics) {}

    private record Key(UUID node, UUID job) {}

    @Override
    public void running(Connection connection, Map<UUID, List<Heartbeat.Running>> listed) throws SQLException {
        var byContainer = new LinkedHashMap<Key, Figure>();
        listed.forEach((node, all) -> all.forEach(one -> {
            ContainerMetrics metrics = one.container();
            if (metrics != null) {
                // listed twice is told once, or the one statement for all would fail
                byContainer.put(new Key(node, one.id()), new Figure(node, one.id(), one.lease(), metrics));
            }
        }));
        if (byContainer.isEmpty()) {
            return;
        }
        List<Figure> figures = byContainer.values().stream()
                .sorted(Comparator.comparing(Figure::job))
                .toList();
        try (PreparedStatement upsert = connection.prepareStatement(KEEP)) {
            new Columns(connection, upsert)
                    .uuids(figures, Figure::node)
                    .uuids(figures, Figure::job)
                    .longs(figures, Figure::lease)
                    .longs(figures, one -> one.metrics().cpuMs())
                    .longs(figures, one -> one.metrics().memoryBytes())
                    .longs(figures, one -> one.metrics().memoryLimitBytes())
                    .longs(figures, one -> one.metrics().networkRxBytes())
                    .longs(figures, one -> one.metrics().networkTxBytes())
                    .longs(figures, one -> one.metrics().blockReadBytes())
                    .longs(figures, one -> one.metrics().blockWriteBytes())
                    .longs(figures, one -> one.metrics().pids())
                    .texts(figures, one -> json(one.metrics().gpus()))
                    .texts(figures, one -> json(one.metrics().reported()));
            upsert.executeUpdate();
        }
    }

    /** Of containers that have ended. */
    static void forget(Connection connection) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from container_metrics m using task_node t"
                + " where t.job_id = m.job_id and t.finished_at is not null")) {
            delete.executeUpdate();
        }
    }

    /** Of the account's containers on a node. */
    public List<ContainerFigures> ofNode(UUID account, UUID node) {
        return read(account, "m.node_id", node);
    }

    /** Of a task's containers, wherever they run. */
    public List<ContainerFigures> ofTask(UUID account, UUID task) {
        return read(account, "t.task_id", task);
    }

    private List<ContainerFigures> read(UUID account, String column, UUID id) {
        return database.withConnection(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement(READ + column + " = ? order by t.task_id, t.job_id limit ?")) {
                new Columns(connection, select).set(account).set(id).set(MAX_FIGURES);
                var found = new ArrayList<ContainerFigures>();
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        found.add(figures(row));
                    }
                }
                return found;
            }
        });
    }

    private static @Nullable String json(@Nullable Object value) {
        return value == null ? null : Json.text(value);
    }

    private static ContainerFigures figures(ResultSet row) throws SQLException {
        ContainerMetrics lists = Json.own(
                "{\"gpus\":" + row.getString("gpus") + ",\"reported\":" + row.getString("reported") + "}",
                ContainerMetrics.class);
        return new ContainerFigures(
                Columns.uuid(row, "task_id"),
                Columns.uuid(row, "job_id"),
                Columns.uuid(row, "node_id"),
                new ContainerMetrics(
                        Columns.nullableLong(row, "cpu_ms"),
                        Columns.nullableLong(row, "memory_bytes"),
                        Columns.nullableLong(row, "memory_limit_bytes"),
                        Columns.nullableLong(row, "network_rx_bytes"),
                        Columns.nullableLong(row, "network_tx_bytes"),
                        Columns.nullableLong(row, "block_read_bytes"),
                        Columns.nullableLong(row, "block_write_bytes"),
                        Columns.nullableLong(row, "pids"),
                        lists.gpus(),
                        lists.reported()),
                Columns.requiredInstant(row, "at"));
    }
}
