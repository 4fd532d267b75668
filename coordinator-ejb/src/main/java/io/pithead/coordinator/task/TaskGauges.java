package io.pithead.coordinator.task;

import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Metrics;
import io.pithead.protocol.task.ContainerState;
import io.pithead.protocol.task.GroupView;
import io.pithead.protocol.task.TaskState;
import io.prometheus.metrics.core.metrics.Gauge;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many tasks, containers and groups there are that have not ended, by state; counted now and then, not by scrapes. */
@ApplicationScoped
public class TaskGauges {
    @Inject
    Database database;

    @Inject
    Metrics metrics;

    @Inject
    NodeFacade nodes;

    private @Nullable Gauge tasks;
    private @Nullable Gauge containers;
    private @Nullable Gauge groups;
    private @Nullable Gauge ungrouped;

    void register() {
        tasks = gauge("pithead_tasks", "Tasks that have not ended");
        containers = gauge("pithead_containers", "Containers of tasks that have not ended");
        groups = gauge("pithead_groups", "Node groups that are not over");
        ungrouped = Gauge.builder()
                .name("pithead_nodes_ungrouped")
                .help("Nodes online that run containers and are in no group")
                .register(metrics.registry());
    }

    private Gauge gauge(String name, String help) {
        return Gauge.builder().name(name).help(help).labelNames("state").register(metrics.registry());
    }

    void observe() {
        Duration offlineAfter = nodes.pace().offlineAfter();
        Map<String, Integer> byTask = database.withConnection(connection -> count(connection, "task", "finished_at"));
        Map<String, Integer> byContainer =
                database.withConnection(connection -> count(connection, "task_node", "finished_at"));
        Map<String, Integer> byGroup =
                database.withConnection(connection -> count(connection, "node_group", "ended_at"));
        int inNone = database.withConnection(connection -> ungrouped(connection, offlineAfter));
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
        for (GroupView.State state : List.of(GroupView.State.FORMING, GroupView.State.PLACED)) {
            if (groups != null) {
                groups.labelValues(state.name()).set(byGroup.getOrDefault(state.name(), 0));
            }
        }
        if (ungrouped != null) {
            ungrouped.set(inNone);
        }
    }

    /** @param table one of ours, never from outside; {@code end} is set when a row of it is over */
    private static Map<String, Integer> count(Connection connection, String table, String end) throws SQLException {
        try (var select = connection.prepareStatement("select state, count(*)::integer as n from " + table + " where "
                        + end + " is null group by state");
                var row = select.executeQuery()) {
            var counts = new HashMap<String, Integer>();
            while (row.next()) {
                counts.put(row.getString("state"), row.getInt("n"));
            }
            return counts;
        }
    }

    private static int ungrouped(Connection connection, Duration offlineAfter) throws SQLException {
        try (var select = connection.prepareStatement("select count(*) from node n"
                + " join node_liveness l on l.node_id = n.id where n.containers and n.renews and n.ban is null"
                + " and l.last_seen_at > now() - make_interval(secs => ?)"
                + " and not exists (select 1 from node_group_member m where m.node_id = n.id and m.live)")) {
            select.setDouble(1, offlineAfter.toSeconds());
            try (var row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }
}
