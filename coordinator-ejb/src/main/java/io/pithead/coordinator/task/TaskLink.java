package io.pithead.coordinator.task;

import io.pithead.coordinator.job.TransitionSink;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.lease.ContainerSink;
import io.pithead.coordinator.meter.MeterFacade;
import io.pithead.coordinator.node.DirectiveSource;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.node.Directive;
import io.pithead.protocol.task.ContainerOrder;
import io.pithead.protocol.task.ContainerReport;
import io.pithead.protocol.task.ContainerState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Where leases, heartbeats and the history of jobs meet tasks. */
@ApplicationScoped
public class TaskLink implements ContainerSink, DirectiveSource, TransitionSink {
    /** Orders of one batch of heartbeats; the others come with the next ones. */
    private static final int MAX_ORDERS = 5_000;
    /** A follower that has not asked for this long is gone. */
    private static final int FOLLOWED_S = 30;

    @Inject
    TaskChanges changes;

    @Inject
    MeterFacade meters;

    @Override
    public void seen(Connection connection, Map<UUID, Long> leases) throws SQLException {
        meters.seen(connection, leases);
    }

    @Override
    public void reported(Connection connection, Map<UUID, ContainerReport> reports) throws SQLException {
        if (reports.isEmpty()) {
            return;
        }
        var states = new HashMap<UUID, ContainerState>();
        reports.forEach((job, report) -> states.put(job, report.state()));
        meters.states(connection, states);
        var rows = List.copyOf(reports.entrySet());
        try (var update = connection.prepareStatement("update task_node t set state = r.state,"
                + " acked = greatest(t.acked, least(coalesce(r.generation, 0), t.generation)), pulled_bytes = coalesce(r.pulled, t.pulled_bytes),"
                + " pull_bytes = coalesce(r.pull, t.pull_bytes), image_digest = coalesce(r.digest, t.image_digest),"
                + " container_id = coalesce(r.container, t.container_id), exit_code = coalesce(r.exit_code, t.exit_code),"
                + " reason = r.reason, restarts = coalesce(r.restarts, t.restarts),"
                + " started_at = coalesce(r.started_at, t.started_at), updated_at = now()"
                + " from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::text[]::timestamptz[])"
                + " as r(job_id, state, generation, pulled, pull, digest, container, exit_code, reason, restarts, started_at)"
                + " where t.job_id = r.job_id and t.finished_at is null returning t.task_id")) {
            new Columns(connection, update)
                    .uuids(rows, Map.Entry::getKey)
                    .texts(rows, row -> row.getValue().state().name())
                    .longs(rows, row -> row.getValue().generation())
                    .longs(rows, row -> row.getValue().pulledBytes())
                    .longs(rows, row -> row.getValue().pullBytes())
                    .texts(rows, row -> row.getValue().imageDigest())
                    .texts(rows, row -> row.getValue().containerId())
                    .ints(rows, row -> row.getValue().exitCode())
                    .texts(rows, row -> row.getValue().reason())
                    .ints(rows, row -> row.getValue().restarts())
                    .texts(
                            rows,
                            row -> row.getValue().startedAt() == null
                                    ? null
                                    : row.getValue().startedAt().toString());
            try (var row = update.executeQuery()) {
                while (row.next()) {
                    // a rollback makes this a look for nothing
                    changes.touched(row.getObject(1, UUID.class));
                }
            }
        }
    }

    @Override
    public Map<UUID, List<Directive>> directives(Connection connection, Collection<UUID> nodes) throws SQLException {
        var directives = new HashMap<UUID, List<Directive>>();
        if (nodes.isEmpty()) {
            return directives;
        }
        try (var select =
                connection.prepareStatement("select t.node_id, t.job_id, j.lease_token, t.ordered, t.generation,"
                        + " t.acked < t.generation as unacked, t.followed_at > now() - make_interval(secs => ?) as followed"
                        + " from task_node t join job j on j.id = t.job_id"
                        + " where t.job_id in (select job_id from task_node where node_id = any(?) and acked < generation"
                        + " and finished_at is null union select job_id from task_node where node_id = any(?)"
                        + " and followed_at is not null and finished_at is null)"
                        + " and j.lease_node = t.node_id and j.state in ('LEASED', 'RUNNING') limit ?")) {
            new Columns(connection, select)
                    .set((double) FOLLOWED_S)
                    .uuids(nodes, id -> id)
                    .uuids(nodes, id -> id)
                    .set(MAX_ORDERS);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    UUID job = Columns.uuid(row, "job_id");
                    long lease = row.getLong("lease_token");
                    var orders = directives.computeIfAbsent(Columns.uuid(row, "node_id"), id -> new ArrayList<>());
                    if (row.getBoolean("unacked")) {
                        ContainerOrder order = ContainerOrder.valueOf(row.getString("ordered"));
                        orders.add(Directive.task(job, lease, order, row.getLong("generation")));
                    }
                    if (row.getBoolean("followed")) {
                        orders.add(Directive.logs(job, lease));
                    }
                }
            }
        }
        return directives;
    }

    @Override
    public void append(Connection connection, List<Transition> transitions) {
        // the job's row is the truth; task_node follows it after the commit
    }

    @Override
    public void committed(List<Transition> transitions) {
        for (Transition transition : transitions) {
            changes.moved(transition.jobId(), transition.state());
        }
    }
}
