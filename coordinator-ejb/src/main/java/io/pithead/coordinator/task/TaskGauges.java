package io.pithead.coordinator.task;

import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Metrics;
import io.pithead.protocol.task.ContainerState;
import io.pithead.protocol.task.TaskState;
import io.prometheus.metrics.core.metrics.Gauge;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many tasks and containers there are that have not ended, by state. */
@ApplicationScoped
public class TaskGauges {
    @Inject
    Database database;

    @Inject
    Metrics metrics;

    private @Nullable Gauge tasks;
    private @Nullable Gauge containers;

    void register() {
        tasks = gauge("pithead_tasks", "Tasks that have not ended");
        containers = gauge("pithead_containers", "Containers of tasks that have not ended");
    }

    private Gauge gauge(String name, String help) {
        return Gauge.builder().name(name).help(help).labelNames("state").register(metrics.registry());
    }

    void observe() {
        Map<String, Integer> byTask = database.withConnection(connection -> count(connection, "task"));
        Map<String, Integer> byContainer = database.withConnection(connection -> count(connection, "task_node"));
        for (TaskState state : TaskState.values()) {
            if (tasks != null && !state.hasEnded()) {
                tasks.labelValues(state.name()).set(byTask.getOrDefault(state.name(), 0));
            }
        }
        for (ContainerState state : ContainerState.values()) {
            if (containers != null && !state.hasEnded()) {
                containers.labelValues(state.name()).set(byContainer.getOrDefault(state.name(), 0));
            }
        }
    }

    /** @param table one of ours, never from outside */
    private static Map<String, Integer> count(Connection connection, String table) throws SQLException {
        try (var select = connection.prepareStatement("select state, count(*)::integer as n from " + table
                        + " where finished_at is null group by state");
                var row = select.executeQuery()) {
            var counts = new HashMap<String, Integer>();
            while (row.next()) {
                counts.put(row.getString("state"), row.getInt("n"));
            }
            return counts;
        }
    }
}
