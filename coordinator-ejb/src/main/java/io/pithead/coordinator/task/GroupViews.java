package io.pithead.coordinator.task;

import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.task.GroupFacade.Member;
import io.pithead.protocol.task.GroupView;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of groups as people see them. */
final class GroupViews {
    private static final String OF_ACCOUNT =
            " from node_group g where g.ended_at is null and (?::uuid is null or g.account_id = ?)";

    private GroupViews() {}

    static List<GroupView> page(Connection connection, @Nullable UUID account, int limit, @Nullable UUID after)
            throws SQLException {
        try (var select = connection.prepareStatement("select g.id, g.task_id, g.topology, g.state, g.created_at,"
                + " array(select m.node_id::text from node_group_member m where m.group_id = g.id"
                + " order by m.position, m.node_id) as nodes" + OF_ACCOUNT + " and g.id > ? order by g.id limit ?")) {
            new Columns(connection, select)
                    .set(account)
                    .set(account)
                    .set(after == null ? new UUID(0, 0) : after)
                    .set(limit);
            var page = new ArrayList<GroupView>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    List<String> nodes =
                            List.of((String[]) row.getArray("nodes").getArray());
                    page.add(new GroupView(
                            Columns.uuid(row, "id"),
                            nodes,
                            nodes.size(),
                            Columns.requiredInstant(row, "created_at"),
                            row.getString("topology"),
                            Columns.uuid(row, "task_id"),
                            GroupView.State.valueOf(row.getString("state"))));
                }
            }
            return page;
        }
    }

    static int total(Connection connection, @Nullable UUID account) throws SQLException {
        try (var select = connection.prepareStatement("select count(*)" + OF_ACCOUNT)) {
            new Columns(connection, select).set(account).set(account);
            try (var row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    static boolean isLive(Connection connection, UUID account, UUID group) throws SQLException {
        try (var select = connection.prepareStatement("select 1" + OF_ACCOUNT + " and g.id = ?")) {
            new Columns(connection, select).set(account).set(account).set(group);
            try (var row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    static List<UUID> ofTopology(Connection connection, UUID account, String topology, int limit) throws SQLException {
        try (var select =
                connection.prepareStatement("select g.id" + OF_ACCOUNT + " and g.topology = ? order by g.id limit ?")) {
            new Columns(connection, select)
                    .set(account)
                    .set(account)
                    .set(topology)
                    .set(limit);
            var ids = new ArrayList<UUID>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    ids.add(Columns.uuid(row, "id"));
                }
            }
            return ids;
        }
    }

    /** What the account's tasks that have not ended name. */
    static Set<String> allowed(Connection connection, UUID account) throws SQLException {
        try (var select =
                connection.prepareStatement("select distinct a.topology from task k, json_array_elements_text("
                        + "k.request #> '{scheduling_config,plugins,node_groups,allowed_topologies}') as a(topology)"
                        + " where k.account_id = ? and k.finished_at is null")) {
            select.setObject(1, account);
            var names = new HashSet<String>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    names.add(row.getString("topology"));
                }
            }
            return names;
        }
    }

    static List<Member> members(Connection connection, UUID group) throws SQLException {
        try (var select = connection.prepareStatement("select m.node_id, t.job_id from node_group_member m"
                + " join task_node t on t.group_id = m.group_id and t.node_id = m.node_id"
                + " where m.group_id = ? order by m.position")) {
            select.setObject(1, group);
            var members = new ArrayList<Member>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    members.add(new Member(Columns.uuid(row, "node_id"), Columns.uuid(row, "job_id")));
                }
            }
            return members;
        }
    }
}
