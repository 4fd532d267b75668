package io.pithead.coordinator.task;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.log.LogFollowers;
import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.task.ContainerState;
import io.pithead.protocol.task.NodeView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The nodes as a buyer sees them: those that offer containers, and what the buyer's own tasks do there. */
@ApplicationScoped
public class NodeViews implements LogFollowers {
    @Inject
    Database database;

    @Inject
    NodeFacade nodes;

    public Page<NodeView> list(UUID account, int limit, @Nullable UUID after) {
        Duration offlineAfter = nodes.pace().offlineAfter();
        List<NodeView> found =
                database.withConnection(connection -> page(connection, account, offlineAfter, limit + 1, after));
        boolean more = found.size() > limit;
        List<NodeView> page = more ? found.subList(0, limit) : found;
        return new Page<>(page, more ? page.getLast().address() : null);
    }

    /** The job of the account's newest task there. */
    public UUID newestJob(UUID account, UUID node) {
        return database.withConnection(connection -> TaskStore.newestJob(connection, account, node))
                .orElseThrow(NodeViews::notFound);
    }

    /** Orders the account's containers there to start anew. */
    public int restart(UUID account, UUID node) {
        int containers = database.withConnection(connection -> TaskStore.restart(connection, account, node));
        if (containers == 0) {
            throw notFound();
        }
        return containers;
    }

    /** Asks the holder for this job's output as it comes. */
    @Override
    public void following(UUID account, UUID job) {
        database.doWithConnection(connection -> TaskStore.followed(connection, account, job));
    }

    private static CoordinatorException notFound() {
        return new CoordinatorException(ErrorCode.NODE_NOT_FOUND, "None of this account's tasks runs on such a node.");
    }

    private static List<NodeView> page(
            Connection connection, UUID account, Duration offlineAfter, int limit, @Nullable UUID after)
            throws SQLException {
        try (var select = connection.prepareStatement("select n.id, n.draining, n.ban is not null as banned,"
                + " l.last_seen_at > now() - make_interval(secs => ?) as online, t.task_id, t.state,"
                + " g.id as group_id, g.position, g.size"
                + " from node n left join node_liveness l on l.node_id = n.id"
                + " left join lateral (select task_id, state from task_node where node_id = n.id and account_id = ?"
                + " and not moved order by task_id desc limit 1) t on true"
                + " left join lateral (select o.id, m.position, (select count(*)::integer from node_group_member s"
                + " where s.group_id = o.id) as size from node_group_member m join node_group o on o.id = m.group_id"
                + " where m.node_id = n.id and m.live and o.account_id = ?) g on true"
                + " where n.containers and n.renews and n.id > ? order by n.id limit ?")) {
            new Columns(connection, select)
                    .set((double) offlineAfter.toSeconds())
                    .set(account)
                    .set(account)
                    .set(after == null ? new UUID(0, 0) : after)
                    .set(limit);
            var page = new ArrayList<NodeView>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    UUID task = row.getObject("task_id", UUID.class);
                    page.add(new NodeView(
                            Columns.uuid(row, "id").toString(),
                            null,
                            null,
                            status(row),
                            task,
                            task == null ? null : ContainerState.valueOf(row.getString("state")),
                            group(row)));
                }
            }
            return page;
        }
    }

    private static NodeView.@Nullable Group group(ResultSet row) throws SQLException {
        UUID group = row.getObject("group_id", UUID.class);
        return group == null
                ? null
                : new NodeView.Group(group, Columns.nullableInt(row, "position"), row.getInt("size"));
    }

    private static NodeView.Status status(ResultSet row) throws SQLException {
        if (row.getBoolean("banned")) {
            return NodeView.Status.BANNED;
        }
        if (!row.getBoolean("online")) {
            return NodeView.Status.UNHEALTHY;
        }
        return row.getBoolean("draining") ? NodeView.Status.DRAINING : NodeView.Status.HEALTHY;
    }
}
