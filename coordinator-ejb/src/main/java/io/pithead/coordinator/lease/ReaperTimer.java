package io.pithead.coordinator.lease;

import io.pithead.coordinator.job.ReadyJobs;
import io.pithead.coordinator.job.Transitions;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.lease.core.RetryPolicy.Cause;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Looks every second, at every instance, for what time has ended: leases, queue times, deadlines, backoffs; for leases of
 * nodes that were banned, and for what waits for a run that has ended. Rows that another instance holds are skipped. Bounded batches, one transaction each; what is left waits for the next second.
 */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class ReaperTimer {
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration ALLOWED_AGE = Duration.ofSeconds(30);
    private static final int BATCH = 500;
    private static final int MAX_BATCHES = 20;
    /** A task's containers end with their task. What comes back to the queue later than a week ends by its own time. */
    private static final String OF_ENDED_RUN =
            "j.state = 'QUEUED' and not j.waiting and j.kind = 'BATCH' and j.class_id = any(array("
                    + "select c.id from run r join job_class c on c.run_id = r.id"
                    + " where r.state = 'ENDED' and r.changed_at > now() - interval '7 days'))";

    @Inject
    Database database;

    @Inject
    Ledger ledger;

    @Inject
    Transitions transitions;

    @Inject
    ReadyJobs dispatcher;

    @Inject
    LeaseConfig config;

    @Inject
    Loops loops;

    @PostConstruct
    void start() {
        loops.start("reaper", PERIOD, ALLOWED_AGE, this::tick);
    }

    void tick() {
        repeat(ReaperTimer::wakeWaiting);
        repeat(connection -> reap(
                connection,
                "j.state in ('LEASED', 'RUNNING') and j.lease_expires_at < now()",
                "j.lease_expires_at",
                this::lost));
        repeat(connection -> reap(
                connection,
                "j.state in ('LEASED', 'RUNNING') and j.lease_node = any(array(select id from node where ban is not null))",
                "j.id",
                this::barred));
        repeat(connection -> reap(
                connection,
                "j.state = 'QUEUED' and j.expires_at < now()",
                "j.expires_at",
                (job, end) -> AttemptEnd.expire(job, "nobody took it in time", end.history, end.postings)));
        repeat(connection -> reap(
                connection,
                "j.deadline < now() and j.deadline is not null and j.state in ('LEASED', 'RUNNING', 'VERIFYING')",
                "j.deadline",
                (job, end) -> AttemptEnd.expire(job, "its deadline has passed", end.history, end.postings)));
        repeat(connection -> reap(
                connection,
                OF_ENDED_RUN,
                "j.id",
                (job, end) -> AttemptEnd.expire(job, "RUN_ENDED", "its run has ended", end.history, end.postings)));
    }

    private record End(List<Transition> history, List<Posting> postings) {}

    private void lost(JobRow job, End end) {
        takeBack(job, "the lease ran out", "the miner did not renew its lease in time", end);
    }

    private void barred(JobRow job, End end) {
        takeBack(job, "its node was banned", "the operator has banned its node", end);
    }

    private void takeBack(JobRow job, String reason, String message, End end) {
        AttemptEnd.apply(job, Cause.LEASE_LOST, JobRow.COORDINATOR, reason, config, end.history, end.postings);
        job.error("LEASE_LOST", message);
    }

    private interface Batch {
        Done on(Connection connection) throws SQLException;
    }

    /** How many rows a batch took, and what follows from it once it is committed. */
    private record Done(int rows, boolean anyReady, List<Transition> history) {}

    private void repeat(Batch batch) {
        for (int i = 0; i < MAX_BATCHES; i++) {
            Done done = database.inTransaction(batch::on);
            AttemptEnd.wake(dispatcher, done.anyReady);
            transitions.committed(done.history);
            if (done.rows < BATCH) {
                return;
            }
        }
    }

    private Done reap(Connection connection, String condition, String order, BiConsumer<JobRow, End> decide)
            throws SQLException {
        var jobs = JobRows.lockDue(connection, condition, order, BATCH).values();
        var end = new End(new ArrayList<>(), new ArrayList<>());
        jobs.forEach(job -> decide.accept(job, end));
        JobRows.save(connection, jobs);
        transitions.append(connection, end.history);
        ledger.post(connection, end.postings, Instant.now());
        return new Done(jobs.size(), jobs.stream().anyMatch(AttemptEnd::isReady), end.history);
    }

    /** Jobs whose backoff is over become ready. */
    private static Done wakeWaiting(Connection connection) throws SQLException {
        try (var update = connection.prepareStatement("update job set waiting = false where id in"
                + " (select id from job where state = 'QUEUED' and waiting and ready_at <= now() order by ready_at"
                + " limit ? for update skip locked)")) {
            update.setInt(1, BATCH);
            int woken = update.executeUpdate();
            return new Done(woken, woken > 0, List.of());
        }
    }
}
