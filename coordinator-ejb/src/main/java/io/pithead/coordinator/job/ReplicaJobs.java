package io.pithead.coordinator.job;

import io.pithead.coordinator.dispatch.core.JobNeed;
import io.pithead.coordinator.job.JobClasses.Key;
import io.pithead.coordinator.job.ReadyJobs.Ready;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.job.JobState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that repeat another one at a node that was chosen for it, in the transaction of who judges. What its miner is offered
 * is what the first one was: workload, parameters, inputs, limits and deadline. The price is reserved by the caller.
 */
@ApplicationScoped
public class ReplicaJobs {
    @Inject
    JobClasses classes;

    @Inject
    Transitions transitions;

    /** What a replica takes from the job that it repeats; {@code priority} among the account's jobs; {@code run} whose nodes alone get it. */
    public record Original(
            UUID id,
            UUID account,
            String workload,
            BigInteger price,
            int priority,
            @Nullable UUID run) {}

    /** @param ready for the dispatcher, after the commit */
    public record Placed(UUID job, Ready ready, List<Transition> transitions) {}

    /**
     * @param parent what it is a replica for: the job itself, whose deadline it then has, or a judgement of it that has its own
     * @param expiresAt when it leaves the queue if nobody took it: its judge ends it before
     */
    public Placed add(Connection connection, Original original, UUID parent, UUID node, Instant expiresAt, Instant now)
            throws SQLException {
        UUID id = Ids.next(now);
        long classId = classOf(original, node);
        try (var insert = connection.prepareStatement(
                "insert into job (id, account_id, class_id, workload, state, priority, price, max_attempts,"
                        + " max_runtime_s, submitted_at, ready_at, expires_at, deadline, kind, parent)"
                        + " select ?, account_id, ?, workload, 'QUEUED', priority, price, max_attempts, max_runtime_s,"
                        + " now(), now(), ?::timestamptz, case when id = ? then deadline end, 'REPLICA', ? from job"
                        + " where id = ?")) {
            new Columns(connection, insert)
                    .set(id)
                    .set(classId)
                    .set(expiresAt.toString())
                    .set(parent)
                    .set(parent)
                    .set(original.id);
            insert.executeUpdate();
        }
        var replica =
                new Original(id, original.account, original.workload, original.price, original.priority, original.run);
        return queued(connection, replica, original.id, classId, "replica", now);
    }

    /** The same job once more, for another account and for one node: it is judged, and its times are counted from now. */
    public Placed again(
            Connection connection, Original original, UUID account, UUID node, Instant expiresAt, Instant now)
            throws SQLException {
        UUID id = Ids.next(now);
        var again = new Original(id, account, original.workload, original.price, original.priority, original.run);
        long classId = classOf(again, node);
        try (var insert = connection.prepareStatement(
                "insert into job (id, account_id, class_id, workload, state, priority, price, max_attempts,"
                        + " max_runtime_s, submitted_at, ready_at, expires_at, deadline, kind, verification)"
                        + " select ?, ?, ?, workload, 'QUEUED', priority, price, max_attempts, max_runtime_s,"
                        + " now(), now(), ?::timestamptz, now() + (deadline - submitted_at), 'BATCH', 'REPLICATE'"
                        + " from job where id = ?")) {
            new Columns(connection, insert)
                    .set(id)
                    .set(account)
                    .set(classId)
                    .set(expiresAt.toString())
                    .set(original.id);
            insert.executeUpdate();
        }
        return queued(connection, again, original.id, classId, "canary", now);
    }

    private Placed queued(
            Connection connection, Original replica, UUID repeated, long classId, String reason, Instant now)
            throws SQLException {
        try (var insert = connection.prepareStatement(
                "insert into job_spec (job_id, request) select ?, request from job_spec where job_id = ?")) {
            new Columns(connection, insert).set(replica.id).set(repeated);
            insert.executeUpdate();
        }
        var queued = new Transition(
                replica.id, replica.account, 1, JobState.QUEUED, now, "coordinator", 0, null, null, reason, false);
        transitions.append(connection, List.of(queued));
        return new Placed(replica.id, new Ready(classId, 1, replica.priority, replica.id), List.of(queued));
    }

    /** Gives a queued replica to another node; the row must be locked. */
    public Placed move(Connection connection, Original original, UUID replica, UUID node) throws SQLException {
        long classId = classOf(original, node);
        try (var update = connection.prepareStatement(
                "update job set class_id = ?, waiting = false, ready_at = now() where id = ? and state = 'QUEUED'")) {
            new Columns(connection, update).set(classId).set(replica);
            update.executeUpdate();
        }
        return new Placed(replica, new Ready(classId, 1, original.priority, replica), List.of());
    }

    private long classOf(Original original, UUID node) {
        var key = new Key(original.account, JobNeed.on(node, original.workload, original.price, original.run));
        return Objects.requireNonNull(classes.ensure(List.of(key)).get(key));
    }
}
