package io.pithead.coordinator.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Which outputs buyers named in advance; asked only of batches that have a proof of such a job. */
public interface ExpectedOutputs {
    /** The digests that the proof of each of these jobs may have. */
    Map<UUID, Set<String>> of(Connection connection, Collection<UUID> jobs) throws SQLException;
}
