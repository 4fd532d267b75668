package io.pithead.coordinator.lease;

import com.fasterxml.jackson.databind.node.TextNode;
import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.artifact.ArtifactFacade;
import io.pithead.coordinator.job.ReadyJobs;
import io.pithead.coordinator.job.Transitions;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.lease.Report.Answer;
import io.pithead.coordinator.lease.core.ProofPolicy;
import io.pithead.coordinator.lease.core.ProofPolicy.Verdict;
import io.pithead.coordinator.lease.core.RetryPolicy.Cause;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.platform.BatchLane.Applied;
import io.pithead.coordinator.platform.BatchLane.Outcome;
import io.pithead.coordinator.receipt.ReceiptSeal;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.InputRef;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.Progress;
import io.pithead.protocol.job.ProgressAnswer;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.receipt.Receipt;
import io.pithead.protocol.task.ContainerReport;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One transaction of reports: the jobs are locked in id order, each report is decided on its job as the ones before it
 * left it, and everything is written set by set: jobs, history, results, receipts, money.
 */
final class ReportBatch {
    private final Ledger ledger;
    private final Transitions transitions;
    private final ReceiptSeal seal;
    private final ReadyJobs dispatcher;
    private final LeaseConfig config;
    private final ArtifactFacade artifacts;
    private final ContainerSink containers;

    ReportBatch(
            Ledger ledger,
            Transitions transitions,
            ReceiptSeal seal,
            ReadyJobs dispatcher,
            LeaseConfig config,
            ArtifactFacade artifacts,
            ContainerSink containers) {
        this.ledger = ledger;
        this.transitions = transitions;
        this.seal = seal;
        this.dispatcher = dispatcher;
        this.config = config;
        this.artifacts = artifacts;
        this.containers = containers;
    }

    /** A proof that this batch accepts. */
    record Acceptance(JobRow job, Proof proof, UUID provider, Receipt receipt) {}

    /** What the batch has come to so far. */
    private static final class Tally {
        final List<Transition> history = new ArrayList<>();
        final List<Posting> postings = new ArrayList<>();
        final Map<UUID, Acceptance> accepted = new HashMap<>();
        final Map<UUID, Receipt> earlier = new HashMap<>();
        final Map<UUID, ContainerReport> containers = new HashMap<>();
        final Map<UUID, Long> seen = new HashMap<>();
        boolean anyReady;
    }

    Applied<Answer> apply(Connection connection, List<Report> reports) throws SQLException {
        Map<UUID, JobRow> jobs =
                JobRows.lock(connection, reports.stream().map(Report::job).toList());
        var tally = new Tally();
        tally.earlier.putAll(ReceiptStore.find(connection, completedBefore(reports, jobs)));
        Set<Report> onceHeld = ReceiptStore.onceHeld(connection, strangers(reports, jobs));
        Map<Report, Set<String>> missing = missingArtifacts(connection, reports);
        var outcomes = new ArrayList<Outcome<Answer>>();
        for (Report report : reports) {
            Set<String> absent = missing.getOrDefault(report, Set.of());
            outcomes.add(
                    absent.isEmpty()
                            ? decide(report, jobs.get(report.job()), tally, onceHeld)
                            : Outcome.refused(notUploaded(absent)));
        }
        JobRows.save(connection, jobs.values());
        transitions.append(connection, tally.history);
        containers.seen(connection, tally.seen);
        containers.reported(connection, tally.containers);
        List<Acceptance> accepted = List.copyOf(tally.accepted.values());
        ReceiptStore.insert(connection, accepted);
        NodeWork.add(connection, accepted);
        for (Acceptance one : accepted) {
            artifacts.grant(connection, one.job().id, one.job().account, digests(one.proof()));
        }
        ledger.post(connection, tally.postings, Instant.now());
        return new Applied<>(outcomes, () -> {
            AttemptEnd.wake(dispatcher, tally.anyReady);
            transitions.committed(tally.history);
        });
    }

    /** A proof may only name what its miner has uploaded: the buyer must be able to read it. */
    private Map<Report, Set<String>> missingArtifacts(Connection connection, List<Report> reports) throws SQLException {
        var missing = new HashMap<Report, Set<String>>();
        for (Report report : reports) {
            if (report instanceof Report.Proved proved
                    && !proved.proof().artifacts().isEmpty()) {
                missing.put(report, artifacts.missing(connection, proved.sender(), digests(proved.proof())));
            }
        }
        return missing;
    }

    private static List<String> digests(Proof proof) {
        return proof.artifacts().stream().map(InputRef::sha256).distinct().toList();
    }

    private static CoordinatorException notUploaded(Set<String> digests) {
        return new CoordinatorException(
                ErrorCode.INVALID_PAYLOAD,
                "The proof names artifacts that this account has not uploaded.",
                Map.of("/artifacts", "not uploaded: " + String.join(", ", digests)));
    }

    private static List<UUID> completedBefore(List<Report> reports, Map<UUID, JobRow> jobs) {
        return reports.stream()
                .filter(Report.Proved.class::isInstance)
                .map(Report::job)
                .filter(id -> jobs.get(id) instanceof JobRow job && job.state == JobState.COMPLETED)
                .toList();
    }

    private static List<Report> strangers(List<Report> reports, Map<UUID, JobRow> jobs) {
        return reports.stream()
                .filter(report -> jobs.get(report.job()) instanceof JobRow job
                        && !report.sender().equals(job.provider))
                .toList();
    }

    private Outcome<Answer> decide(Report report, @Nullable JobRow job, Tally tally, Set<Report> onceHeld) {
        if (job == null) {
            return refuse(Verdict.UNKNOWN, null);
        }
        Verdict verdict = switch (report) {
            case Report.Proved proved ->
                ProofPolicy.ofProof(
                        job.held(),
                        proved.sender(),
                        proved.proof().lease(),
                        proved.proof().outputSha());
            case Report.Progressed progressed ->
                ProofPolicy.ofReport(
                        job.held(), progressed.sender(), progressed.progress().lease());
            case Report.Failed failed ->
                ProofPolicy.ofReport(
                        job.held(), failed.sender(), failed.failure().lease());
        };
        if (verdict == Verdict.UNKNOWN && onceHeld.contains(report)) {
            verdict = Verdict.LEASE_LOST;
        }
        if (verdict == Verdict.ACCEPT) {
            return Outcome.of(accept(report, job, tally));
        }
        if (verdict == Verdict.REPLAY) {
            return replay(job, tally);
        }
        if (verdict == Verdict.CANCELED && report instanceof Report.Progressed) {
            return Outcome.of(new Answer.Renewed(new ProgressAnswer(job.now, true)));
        }
        return refuse(verdict, job);
    }

    private Answer accept(Report report, JobRow job, Tally tally) {
        if (job.container && job.token != null) {
            tally.seen.put(job.id, job.token);
        }
        return switch (report) {
            case Report.Proved proved -> complete(job, proved, tally);
            case Report.Progressed progressed -> progress(job, progressed.progress(), tally);
            case Report.Failed failed -> fail(job, failed.failure(), tally);
        };
    }

    private Answer complete(JobRow job, Report.Proved proved, Tally tally) {
        Proof proof = proved.proof();
        tally.history.add(job.become(JobState.VERIFYING, job.nodeActor(), null));
        tally.history.add(job.become(JobState.COMPLETED, JobRow.COORDINATOR, null));
        job.outputSha = proof.outputSha();
        job.percent = 100;
        Receipt receipt = seal.sign(receipt(job, proof, proved.sender()));
        tally.accepted.put(job.id, new Acceptance(job, proof, proved.sender(), receipt));
        tally.postings.add(Posting.settle(job.account, proved.sender(), job.price, job.id));
        return new Answer.Accepted(receipt, false);
    }

    /** Times are the coordinator's own: when it gave the lease, and now. */
    private Receipt receipt(JobRow job, Proof proof, UUID provider) {
        Instant startedAt = job.startedAt == null ? job.now : job.startedAt;
        return new Receipt(
                Receipt.VERSION,
                Ids.next(job.now),
                job.id,
                provider.toString(),
                job.account.toString(),
                "1",
                "job",
                Money.format(job.price),
                null,
                null,
                startedAt,
                job.now,
                Duration.between(startedAt, job.now).toMillis(),
                proof.outputSha(),
                seal.coordinatorId(),
                String.valueOf(job.token),
                null,
                Map.of(
                        "workload",
                        TextNode.valueOf(job.workload),
                        "miner_id",
                        TextNode.valueOf(Objects.requireNonNullElse(job.minerId, ""))),
                null);
    }

    private Answer progress(JobRow job, Progress progress, Tally tally) {
        if (job.state == JobState.LEASED) {
            tally.history.add(job.become(JobState.RUNNING, job.nodeActor(), null));
        }
        job.renew(later(job.leaseExpiresAt, job.now.plus(config.term(job.container))));
        if (job.container && progress.container() != null) {
            tally.containers.put(job.id, progress.container());
        }
        job.percent = progress.percent();
        job.note = progress.note();
        return new Answer.Renewed(new ProgressAnswer(Objects.requireNonNullElse(job.leaseExpiresAt, job.now), false));
    }

    /** A renewal never shortens a lease: one as long as the job's run time stays. */
    static Instant later(@Nullable Instant current, Instant renewed) {
        return current != null && current.isAfter(renewed) ? current : renewed;
    }

    private Answer fail(JobRow job, Failure failure, Tally tally) {
        String message = failure.message() == null ? "" : failure.message();
        Cause cause = Boolean.FALSE.equals(failure.retryable()) ? Cause.FATAL : Cause.RETRYABLE;
        AttemptEnd.apply(job, cause, job.nodeActor(), failure.code(), config, tally.history, tally.postings);
        job.error(failure.code(), message);
        tally.anyReady |= AttemptEnd.isReady(job);
        return new Answer.Noted();
    }

    private static Outcome<Answer> replay(JobRow job, Tally tally) {
        Acceptance now = tally.accepted.get(job.id);
        Receipt receipt = now != null ? now.receipt() : tally.earlier.get(job.id);
        return receipt == null ? refuse(Verdict.ENDED, job) : Outcome.of(new Answer.Accepted(receipt, true));
    }

    private static Outcome<Answer> refuse(Verdict verdict, @Nullable JobRow job) {
        Map<String, Object> facts = job == null ? Map.of() : Map.of("state", job.state);
        return Outcome.refused(
                switch (verdict) {
                    case LEASE_LOST ->
                        new CoordinatorException(
                                ErrorCode.LEASE_LOST, "The lease is over; the job may be with another miner. Stop it.");
                    case PROOF_CONFLICT ->
                        new CoordinatorException(
                                ErrorCode.PROOF_CONFLICT, "Another proof was accepted for this lease.");
                    case CANCELED ->
                        new CoordinatorException(
                                ErrorCode.CONFLICT_STATE, "The buyer canceled the job. Stop it.", facts);
                    case ENDED -> new CoordinatorException(ErrorCode.CONFLICT_STATE, "The job has ended.", facts);
                    case UNKNOWN, ACCEPT, REPLAY ->
                        new CoordinatorException(ErrorCode.JOB_NOT_FOUND, "There is no such job.");
                });
    }
}
