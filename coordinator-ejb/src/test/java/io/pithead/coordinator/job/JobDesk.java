package io.pithead.coordinator.job;

import io.pithead.coordinator.artifact.ArtifactFacade;
import io.pithead.coordinator.job.SubmitBatch.Planned;
import io.pithead.coordinator.job.SubmitBatch.Submission;
import io.pithead.coordinator.job.SubmitBatch.Submitted;
import io.pithead.coordinator.job.core.JobPlan;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.platform.BatchLane.Outcome;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Work;
import io.pithead.coordinator.receipt.ReceiptDesk;
import io.pithead.coordinator.receipt.ReceiptSigner;
import io.pithead.coordinator.testing.Sinks;
import io.pithead.coordinator.verify.VerificationLink;
import io.pithead.protocol.job.JobRequest;
import io.pithead.testing.Scratch;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/** The real classes of this component, wired as the container does, for tests of every package. */
@SuppressWarnings("UnnecessaryAssignment") // stands in for the container
public final class JobDesk {
    public static final JobPlan.Defaults DEFAULTS =
            new JobPlan.Defaults(BigInteger.valueOf(1_000_000), Duration.ofMinutes(15), 3, Duration.ofMinutes(10));

    private static final VerifiedJobs VERIFIED = new VerificationLink();

    private final Database database;
    private final Ledger ledger;
    private final Transitions transitions;
    private final JobClasses classes = new JobClasses();

    public JobDesk(Database database, Ledger ledger, TransitionSink... sinks) {
        this.database = database;
        this.ledger = ledger;
        this.transitions = new Transitions();
        transitions.sinks = new Sinks<>(List.of(sinks));
        classes.database = database;
    }

    public Transitions transitions() {
        return transitions;
    }

    public JobClasses classes() {
        return classes;
    }

    public RunGate runs() {
        var gate = new RunGate();
        gate.database = database;
        return gate;
    }

    public ReplicaJobs replicas() {
        var replicas = new ReplicaJobs();
        replicas.classes = classes;
        replicas.transitions = transitions;
        return replicas;
    }

    /** The facade with a lane of its own, which ends with the process. */
    public JobFacade facade() {
        var facade = new JobFacade();
        facade.database = database;
        facade.ledger = ledger;
        facade.config = new JobConfig();
        facade.artifacts = new ArtifactFacade();
        facade.classes = classes;
        facade.runs = runs();
        facade.transitions = transitions;
        facade.dispatcher = ready -> {};
        facade.verified = VERIFIED;
        facade.signer = signer();
        facade.work = new Work() {
            @Override
            public ThreadFactory threads() {
                return Thread.ofPlatform().daemon().factory();
            }

            @Override
            public Executor answers() {
                return Runnable::run;
            }
        };
        facade.open();
        return facade;
    }

    private ReceiptSigner signer() {
        return ReceiptDesk.signer(database, Scratch.folder("pithead-keys"));
    }

    SubmitBatch batch(ReadyJobs dispatcher) {
        return new SubmitBatch(ledger, transitions, dispatcher, new ArtifactFacade(), VERIFIED);
    }

    Submission submission(UUID account, List<JobRequest> requests) {
        ledger.open(List.of(account));
        List<JobPlan> plans =
                requests.stream().map(request -> JobPlan.of(request, DEFAULTS)).toList();
        var ids = classes.ensure(plans.stream()
                .map(plan -> new JobClasses.Key(account, plan.need()))
                .toList());
        Instant now = Instant.now();
        List<Planned> jobs = plans.stream()
                .map(plan -> SubmitBatch.planned(
                        Objects.requireNonNull(ids.get(new JobClasses.Key(account, plan.need()))), plan, now))
                .toList();
        return new Submission(account, "buyer", jobs, null);
    }

    /** The ids of the jobs in the order of the requests; throws what the submission is refused with. */
    public List<UUID> submit(UUID account, JobRequest... requests) {
        Submission submission = submission(account, List.of(requests));
        Outcome<List<Submitted>> outcome = database.inTransaction(
                        connection -> batch(ready -> {}).apply(connection, List.of(submission)))
                .outcomes()
                .getFirst();
        if (outcome.refusal() != null) {
            throw outcome.refusal();
        }
        return Objects.requireNonNull(outcome.value()).stream()
                .map(Submitted::id)
                .toList();
    }

    public List<Transition> cancel(UUID account, UUID job) {
        return database.inTransaction(connection ->
                new CancelJob(ledger, transitions).apply(connection, account, "buyer", job, CancelJob.BY_BUYER));
    }
}
