package io.pithead.coordinator.task;

import io.pithead.coordinator.task.core.GroupChange;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Tells everybody who must know what became of groups. */
@ApplicationScoped
public class GroupNews {
    @Inject
    @Any
    Instance<GroupSink> sinks;

    /** In the transaction that changed them; a group that was never placed is nobody's news. */
    void tell(Connection connection, Collection<UUID> groups) throws SQLException {
        if (groups.isEmpty()) {
            return;
        }
        List<GroupChange> changes = GroupStore.changes(connection, groups);
        for (GroupSink sink : sinks) {
            sink.changed(connection, changes);
        }
    }
}
