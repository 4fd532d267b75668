package io.pithead.coordinator.job;

import io.pithead.protocol.job.Verification;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** Told of jobs whose proofs are to be judged, in the transaction that takes them. */
public interface VerifiedJobs {
    /** @param held was set aside for replicas, beside the price */
    record Opened(UUID job, UUID account, Verification verification, BigInteger held) {}

    void opened(Connection connection, List<Opened> jobs) throws SQLException;
}
