package io.pithead.coordinator.node;

import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.NodeChange;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a node was, and since when. Its rows are written by the database, with the change itself. */
@ApplicationScoped
public class NodeHistory {
    @Inject
    Database database;

    /** Newest first; of a node that is not there, nothing. */
    public Page<NodeChange> list(UUID node, @Nullable Long before, int limit) {
        return database.withConnection(connection -> {
            var changes = new ArrayList<NodeChange>();
            try (var select = connection.prepareStatement("select id, state, why, actor, at from node_history"
                    + " where node_id = ? and id < ? order by id desc limit ?")) {
                new Columns(connection, select)
                        .set(node)
                        .set(before == null ? Long.MAX_VALUE : before)
                        .set(limit + 1);
                try (var row = select.executeQuery()) {
                    while (row.next()) {
                        changes.add(new NodeChange(
                                row.getLong("id"),
                                Columns.requiredInstant(row, "at"),
                                NodeChange.State.valueOf(row.getString("state")),
                                row.getString("why"),
                                row.getString("actor")));
                    }
                }
            }
            boolean more = changes.size() > limit;
            List<NodeChange> page = more ? changes.subList(0, limit) : changes;
            return new Page<>(page, more ? Long.toString(page.getLast().number()) : null);
        });
    }
}
