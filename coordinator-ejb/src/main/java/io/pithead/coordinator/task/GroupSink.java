package io.pithead.coordinator.task;

import io.pithead.coordinator.task.core.GroupChange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Somebody who must know when groups begin and end. */
public interface GroupSink {
    /** Inside the transaction that makes the changes: what is written here commits with them. */
    void changed(Connection connection, List<GroupChange> changes) throws SQLException;
}
