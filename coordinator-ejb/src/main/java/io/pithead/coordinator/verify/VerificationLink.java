package io.pithead.coordinator.verify;

import io.pithead.coordinator.job.VerifiedJobs;
import io.pithead.coordinator.lease.ExpectedOutputs;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.job.Verification;
import io.pithead.protocol.job.Verification.Mode;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What jobs and leases ask of judging, in their own transactions: one statement for all jobs of a batch. */
@ApplicationScoped
public class VerificationLink implements VerifiedJobs, ExpectedOutputs {
    @Override
    public void opened(Connection connection, List<Opened> jobs) throws SQLException {
        try (var insert = connection.prepareStatement("with v as (insert into verification"
                + " (job_id, account_id, mode, expected, replicas, quorum, max_replicas, held)"
                + " select job_id, account_id, mode, string_to_array(expected, ','), replicas, quorum, max_replicas, held"
                + " from unnest(?, ?, ?, ?, ?::smallint[], ?::smallint[], ?::smallint[], ?)"
                + " as r(job_id, account_id, mode, expected, replicas, quorum, max_replicas, held) returning job_id)"
                + " insert into replica (parent, number, job_id) select job_id, 0, job_id from v")) {
            new Columns(connection, insert)
                    .uuids(jobs, Opened::job)
                    .uuids(jobs, Opened::account)
                    .texts(jobs, one -> one.verification().mode().name())
                    .texts(jobs, one -> expected(one.verification()))
                    .ints(jobs, one -> byHash(one) ? 1 : one.verification().firstReplicas())
                    .ints(jobs, one -> byHash(one) ? 1 : one.verification().neededToAgree())
                    .ints(jobs, one -> byHash(one) ? 1 : one.verification().mostReplicas())
                    .amounts(jobs, Opened::held);
            insert.executeUpdate();
        }
    }

    private static boolean byHash(Opened one) {
        return one.verification().mode() == Mode.HASH;
    }

    /** Digests have no comma. */
    private static @Nullable String expected(Verification verification) {
        return verification.expected() == null ? null : String.join(",", verification.expected());
    }

    @Override
    public Map<UUID, Set<String>> of(Connection connection, Collection<UUID> jobs) throws SQLException {
        try (var select =
                connection.prepareStatement("select job_id, expected from verification where job_id = any(?)")) {
            new Columns(connection, select).uuids(jobs, id -> id);
            var expected = new HashMap<UUID, Set<String>>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    expected.put(Columns.uuid(rows, "job_id"), Set.copyOf(List.of((String[])
                            rows.getArray("expected").getArray())));
                }
            }
            return expected;
        }
    }
}
