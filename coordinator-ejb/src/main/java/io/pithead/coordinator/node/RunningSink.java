package io.pithead.coordinator.node;

import io.pithead.protocol.node.Heartbeat;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Told of what nodes say they run, in the heartbeats' transaction and after the renewals. */
public interface RunningSink {
    /** @param listed by node; not checked against who holds what */
    void running(Connection connection, Map<UUID, List<Heartbeat.Running>> listed) throws SQLException;
}
