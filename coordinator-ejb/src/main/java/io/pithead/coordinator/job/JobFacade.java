package io.pithead.coordinator.job;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.artifact.ArtifactFacade;
import io.pithead.coordinator.job.JobClasses.Key;
import io.pithead.coordinator.job.SubmitBatch.AnswerStore;
import io.pithead.coordinator.job.SubmitBatch.Planned;
import io.pithead.coordinator.job.SubmitBatch.Submission;
import io.pithead.coordinator.job.SubmitBatch.Submitted;
import io.pithead.coordinator.job.core.JobPlan;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.platform.BatchLane;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Work;
import io.pithead.coordinator.receipt.ReceiptSigner;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.JobEvent;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.job.JobRequest;
import io.pithead.protocol.job.JobResult;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.JobView;
import io.pithead.protocol.job.Verification;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.receipt.Receipt;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a buyer does with jobs. Another account's job is not found, whatever is asked of it. */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class JobFacade {
    private static final Logger LOG = System.getLogger(JobFacade.class.getName());
    private static final int MAX_WAITING_SUBMISSIONS = 2_000;
    private static final int MAX_SUBMISSIONS_PER_BATCH = 250;

    @Inject
    Database database;

    @Inject
    Ledger ledger;

    @Inject
    JobConfig config;

    @Inject
    ArtifactFacade artifacts;

    @Inject
    ReceiptSigner signer;

    @Inject
    JobClasses classes;

    @Inject
    RunGate runs;

    @Inject
    Transitions transitions;

    @Inject
    ReadyJobs dispatcher;

    @Inject
    VerifiedJobs verified;

    @Inject
    Work work;

    private BatchLane<Submission, List<Submitted>> submissions;

    /** Stores an answer in the transaction that makes it true: for requests with an Idempotency-Key. */
    @FunctionalInterface
    public interface Answer {
        void store(Connection connection, List<JobView> jobs) throws SQLException;
    }

    @PostConstruct
    void open() {
        var batch = new SubmitBatch(ledger, transitions, dispatcher, artifacts, verified);
        submissions = new BatchLane<>(
                "submit",
                database,
                work.threads(),
                work.answers(),
                MAX_WAITING_SUBMISSIONS,
                MAX_SUBMISSIONS_PER_BATCH,
                batch::apply);
    }

    @PreDestroy
    void close() {
        submissions.close();
    }

    /** Takes all of the jobs or none; completes when they and their reservation are on disk. */
    public CompletableFuture<List<JobView>> submit(
            UUID account, String actor, List<JobRequest> requests, @Nullable Answer answer) {
        List<JobPlan> plans = plans(account, requests);
        return submitPlans(account, actor, plans, answer);
    }

    /** What one request means, checked and priced as when it is submitted. */
    public JobPlan plan(UUID account, JobRequest request) {
        return plans(account, List.of(request)).getFirst();
    }

    private List<JobPlan> plans(UUID account, List<JobRequest> requests) {
        if (requests.stream().anyMatch(request -> JobOffer.CONTAINER.equals(request.workload()))) {
            throw new CoordinatorException(
                    ErrorCode.INVALID_PAYLOAD,
                    "Containers run as tasks: POST /tasks.",
                    Map.of("/workload", "must not be " + JobOffer.CONTAINER));
        }
        runs.require(
                account,
                requests.stream().map(JobRequest::run).filter(Objects::nonNull).collect(Collectors.toSet()));
        return requests.stream()
                .map(request -> JobPlan.of(request, config.defaults()))
                .toList();
    }

    /** For what was checked and priced elsewhere: the containers of tasks. */
    public CompletableFuture<List<JobView>> submitPlans(
            UUID account, String actor, List<JobPlan> plans, @Nullable Answer answer) {
        List<Key> keys =
                plans.stream().map(plan -> new Key(account, plan.need())).toList();
        Map<Key, Long> ids = classes.ensure(keys);
        ledger.open(List.of(account));
        Instant now = Instant.now();
        List<Planned> jobs = plans.stream()
                .map(plan -> SubmitBatch.planned(ids.getOrDefault(new Key(account, plan.need()), 0L), plan, now))
                .toList();
        AnswerStore store = answer == null ? null : (connection, taken) -> answer.store(connection, views(taken));
        return submissions.submit(new Submission(account, actor, jobs, store)).thenApply(JobFacade::views);
    }

    public JobView get(UUID account, UUID job) {
        return database.withConnection(connection -> JobQueries.view(connection, account, job))
                .orElseThrow(JobFacade::notFound);
    }

    /** Newest first. A page may be short of its limit when few of the jobs looked at have the workload asked for. */
    public Page<JobView> list(
            UUID account, @Nullable JobState state, @Nullable String workload, int limit, @Nullable UUID before) {
        return database.withConnection(
                connection -> JobQueries.page(connection, account, state, workload, limit, before));
    }

    /** From the given number on; the history of a job is bounded by its attempts and progress notes are not in it. */
    public List<JobEvent> history(UUID account, UUID job, int afterSeq) {
        get(account, job);
        return database.withConnection(connection -> JobQueries.history(connection, job, afterSeq));
    }

    public JobResult result(UUID account, UUID job) {
        JobView view = get(account, job);
        requireCompleted(view);
        return database.withConnection(connection -> JobQueries.result(connection, job))
                .orElseThrow(JobFacade::notFound);
    }

    public Receipt receipt(UUID account, UUID job) {
        JobView view = get(account, job);
        requireCompleted(view);
        return database.withConnection(connection -> JobQueries.receipt(connection, job))
                .map(this::signed)
                .orElseThrow(JobFacade::notFound);
    }

    /** A receipt that was withdrawn says so, and that too is signed. */
    private Receipt signed(Receipt receipt) {
        return receipt.signature() == null ? signer.seal().sign(receipt) : receipt;
    }

    /** The receipts of a job, oldest first: of metered slices, and of its result. */
    public Page<Receipt> receipts(UUID account, UUID job, int limit, @Nullable UUID after) {
        get(account, job);
        List<Receipt> found =
                database.withConnection(connection -> JobQueries.receipts(connection, job, limit + 1, after));
        boolean more = found.size() > limit;
        List<Receipt> page = (more ? found.subList(0, limit) : found)
                .stream().map(this::signed).toList();
        return new Page<>(page, more ? page.getLast().receiptId().toString() : null);
    }

    /** Ends the job and releases its reservation; a miner that runs it learns so from its next sign of life. */
    public JobView cancel(UUID account, String actor, UUID job) {
        var canceled = database.inTransaction(connection ->
                new CancelJob(ledger, transitions).apply(connection, account, actor, job, CancelJob.BY_BUYER));
        transitions.committed(canceled);
        return get(account, job);
    }

    /** Cancels those of the account's jobs that have not ended, in one transaction. */
    public void cancelAll(UUID account, String actor, List<UUID> jobs) {
        cancelAll(account, actor, jobs, CancelJob.BY_BUYER);
    }

    /** The same for another reason, which is told to the buyer. */
    public void cancelAll(UUID account, String actor, List<UUID> jobs, String reason) {
        if (jobs.isEmpty()) {
            return;
        }
        var cancel = new CancelJob(ledger, transitions);
        List<Transition> canceled = database.inTransaction(connection -> {
            var done = new ArrayList<Transition>();
            for (UUID job : Columns.sorted(jobs)) {
                try {
                    done.addAll(cancel.apply(connection, account, actor, job, reason));
                } catch (CoordinatorException e) {
                    // it ended by itself first
                    LOG.log(Level.DEBUG, () -> "job.not_canceled job=" + job + " code=" + e.code());
                }
            }
            return done;
        });
        transitions.committed(canceled);
    }

    private static void requireCompleted(JobView view) {
        if (view.state() == JobState.COMPLETED) {
            return;
        }
        if (view.state().isTerminal()) {
            throw new CoordinatorException(
                    ErrorCode.CONFLICT_STATE, "The job ended without a result.", Map.of("state", view.state()));
        }
        throw new CoordinatorException(
                ErrorCode.JOB_NOT_READY, "The job has not ended yet.", Map.of("state", view.state()));
    }

    static CoordinatorException notFound() {
        return new CoordinatorException(ErrorCode.JOB_NOT_FOUND, "There is no such job.");
    }

    private static List<JobView> views(List<Submitted> jobs) {
        return jobs.stream().map(JobFacade::view).toList();
    }

    private static JobView view(Submitted job) {
        JobPlan plan = job.plan();
        JobRequest request = plan.request();
        return new JobView(
                job.id(),
                JobState.QUEUED,
                request.workload(),
                request.params(),
                request.payload(),
                request.constraints(),
                request.limits(),
                request.run(),
                plan.priority(),
                Money.format(plan.price()),
                0,
                plan.maxAttempts(),
                null,
                null,
                null,
                null,
                null,
                job.submittedAt(),
                null,
                plan.expiresAt(job.submittedAt()),
                request.deadline(),
                null,
                null,
                judging(plan.verification()),
                null);
    }

    private static JobView.@Nullable Judging judging(@Nullable Verification verification) {
        return verification == null ? null : new JobView.Judging(verification.mode(), null);
    }
}
