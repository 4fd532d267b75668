package io.pithead.coordinator.lease;

import io.pithead.protocol.task.ContainerReport;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;

/** Told what the holders of container jobs say of their containers, in the transaction of the report. */
public interface ContainerSink {
    /**
     * The holders of these jobs gave a sign of life under these leases: a heartbeat that lists them, progress, a proof or a
     * failure. Called before {@link #reported}.
     */
    void seen(Connection connection, Map<UUID, Long> leases) throws SQLException;

    /** @param reports the newest of each job; only from who holds its lease */
    void reported(Connection connection, Map<UUID, ContainerReport> reports) throws SQLException;
}
