package io.pithead.coordinator.dispatch;

import io.pithead.protocol.task.ContainerSecrets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/** The secrets of tasks, for the offer to the holder of a lease and for nobody else. */
public interface Secrets {
    /** By task; tasks that have none are left out. */
    Map<UUID, ContainerSecrets> of(Connection connection, Collection<UUID> tasks) throws SQLException;
}
