package io.pithead.coordinator.lease;

import io.pithead.protocol.task.ContainerReport;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;

/** Told what the holders of container jobs say of their containers, in the transaction of the report. */
public interface ContainerSink {
    /** @param reports the newest of each job; only from who holds its lease */
    void reported(Connection connection, Map<UUID, ContainerReport> reports) throws SQLException;
}
