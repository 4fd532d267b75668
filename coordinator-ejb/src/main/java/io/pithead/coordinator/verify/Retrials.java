package io.pithead.coordinator.verify;

import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.reputation.Records;
import io.pithead.coordinator.verify.core.Adaptive.Streak;
import io.pithead.coordinator.verify.core.Comparator;
import io.pithead.coordinator.verify.core.Quorum;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** What disputes ask of judging, in their own transactions: a job that was paid, judged by replicas at others. */
public final class Retrials {
    private Retrials() {}

    /** @param held reserved for the replicas: the price of as many as the policy allows */
    public record Retrial(UUID id, UUID account, UUID job, Quorum.Policy policy, BigInteger held, Instant deadline) {}

    /** Whether its outputs are compared by their digests. */
    public static boolean isExact(String workload) {
        return Comparator.of(workload) instanceof Comparator.Exact;
    }

    /** What the job was judged by, if several had to agree: fewer do not overrule them. Otherwise two of three. */
    public static Quorum.Policy policy(Connection connection, UUID job) throws SQLException {
        try (var select = connection.prepareStatement(
                "select replicas, quorum, max_replicas from verification where job_id = ? and quorum > 1")) {
            new Columns(connection, select).set(job);
            try (var row = select.executeQuery()) {
                return row.next() ? new Quorum.Policy(row.getInt(1), row.getInt(2), row.getInt(3)) : Quorum.Policy.PAIR;
            }
        }
    }

    /** The next round asks for its first replicas. */
    public static void open(Connection connection, Retrial retrial) throws SQLException {
        Quorum.Policy policy = retrial.policy();
        try (var insert = connection.prepareStatement("insert into verification (job_id, account_id, disputed, mode,"
                + " replicas, quorum, max_replicas, held, deadline, look_at)"
                + " values (?, ?, ?, 'REPLICATE', ?, ?, ?, ?, ?::timestamptz, now())")) {
            new Columns(connection, insert)
                    .set(retrial.id())
                    .set(retrial.account())
                    .set(retrial.job())
                    .set(policy.replicas())
                    .set(policy.quorum())
                    .set(policy.max())
                    .set(new BigDecimal(retrial.held()))
                    .set(retrial.deadline().toString());
            insert.executeUpdate();
        }
    }

    /** The job and all replicas of it that were made before it was paid: whoever was paid for its answer has one of these. */
    public static List<UUID> family(Connection connection, UUID job) throws SQLException {
        return VerificationStore.family(connection, job);
    }

    /** The answers that were paid in this family are wrong; what judges write is written in their order: streaks, then records. */
    public static void wrong(Connection connection, List<UUID> family, String workload) throws SQLException {
        Set<UUID> nodes = paidNodes(connection, family);
        var changes = new HashMap<UUID, UnaryOperator<Streak>>();
        nodes.forEach(node -> changes.put(node, Streak::afterFailure));
        Streaks.change(connection, workload, changes);
        Records.judged(connection, Map.of(), nodes);
    }

    private static Set<UUID> paidNodes(Connection connection, List<UUID> family) throws SQLException {
        try (var select = connection.prepareStatement("select node_id from receipt where job_id = any(?)")) {
            new Columns(connection, select).uuids(family, id -> id);
            var nodes = new HashSet<UUID>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    nodes.add(Columns.uuid(rows, "node_id"));
                }
            }
            return nodes;
        }
    }
}
