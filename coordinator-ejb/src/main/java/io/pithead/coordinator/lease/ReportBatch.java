package io.pithead.coordinator.lease;

import com.fasterxml.jackson.databind.node.TextNode;
import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.artifact.ArtifactFacade;
import io.pithead.coordinator.job.ReadyJobs;
import io.pithead.coordinator.job.Transitions;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.lease.JobRow.Judging;
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
import io.pithead.protocol.job.ProofClaim;
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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One transaction of reports: the jobs are locked in id order, each report is decided on its job as the ones before it
 * left it, and everything is written set by set: jobs, history, results, receipts, money.
 */
final class ReportBatch {
    static final String WRONG_OUTPUT = "WRONG_OUTPUT";

    private final Ledger ledger;
    private final Transitions transitions;
    private final ReceiptSeal seal;
    private final ReadyJobs dispatcher;
    private final LeaseConfig config;
    private final ArtifactFacade artifacts;
    private final ContainerSink containers;
    private final ExpectedOutputs expected;

    ReportBatch(
            Ledger ledger,
            Transitions transitions,
            ReceiptSeal seal,
            ReadyJobs dispatcher,
            LeaseConfig config,
            ArtifactFacade artifacts,
            ContainerSink containers,
            ExpectedOutputs expected) {
        this.ledger = ledger;
        this.transitions = transitions;
        this.seal = seal;
        this.dispatcher = dispatcher;
        this.config = config;
        this.artifacts = artifacts;
        this.containers = containers;
        this.expected = expected;
    }

    /** A proof that was taken, to be paid or to be judged first. */
    record Proven(JobRow job, Proof proof, @Nullable ProofClaim claim) {}

    /** A proof that is paid. */
    record Acceptance(JobRow job, Proof proof, UUID provider, Receipt receipt) {}

    /** What the batch has come to so far. */
    private static final class Tally {
        final List<Transition> history = new ArrayList<>();
        final List<Posting> postings = new ArrayList<>();
        final List<Proven> proven = new ArrayList<>();
        final Map<UUID, Acceptance> accepted = new HashMap<>();
        final Map<UUID, Set<String>> expected = new HashMap<>();
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
        tally.expected.putAll(expectedOf(connection, reports, jobs));
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
        ReceiptStore.insertResults(connection, tally.proven);
        ReceiptStore.insertReceipts(connection, accepted);
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

    private Map<UUID, Set<String>> expectedOf(Connection connection, List<Report> reports, Map<UUID, JobRow> jobs)
            throws SQLException {
        List<UUID> byHash = reports.stream()
                .filter(Report.Proved.class::isInstance)
                .map(Report::job)
                .filter(id -> jobs.get(id) instanceof JobRow job && job.judging == Judging.BY_HASH)
                .toList();
        return byHash.isEmpty() ? Map.of() : expected.of(connection, byHash);
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
            return accept(report, job, tally);
        }
        if (verdict == Verdict.REPLAY) {
            return replay(job, tally);
        }
        if (verdict == Verdict.CANCELED && report instanceof Report.Progressed) {
            return Outcome.of(new Answer.Renewed(new ProgressAnswer(job.now, true)));
        }
        return refuse(verdict, job);
    }

    private Outcome<Answer> accept(Report report, JobRow job, Tally tally) {
        if (job.container && job.token != null) {
            tally.seen.put(job.id, job.token);
        }
        return switch (report) {
            case Report.Proved proved -> proved(job, proved, tally);
            case Report.Progressed progressed -> Outcome.of(progress(job, progressed.progress(), tally));
            case Report.Failed failed -> Outcome.of(fail(job, failed.failure(), tally));
        };
    }

    private Outcome<Answer> proved(JobRow job, Report.Proved proved, Tally tally) {
        Proof proof = proved.proof();
        Optional<Signing.Wrong> wrong = wrong(proved.signing(), job);
        if (wrong.isPresent()) {
            return Outcome.refused(new CoordinatorException(
                    ErrorCode.INVALID_PAYLOAD,
                    "The proof is not one that the node which has the lease signed.",
                    Map.of("/" + wrong.get().member(), wrong.get().why())));
        }
        return switch (job.judging) {
            case NONE -> Outcome.of(complete(job, proved, tally));
            case BY_HASH ->
                tally.expected.getOrDefault(job.id, Set.of()).contains(proof.outputSha())
                        ? Outcome.of(complete(job, proved, tally))
                        : wrongOutput(job, proof, tally);
            case LATER -> {
                tally.history.add(job.become(JobState.VERIFYING, job.nodeActor(), null));
                job.outputSha = proof.outputSha();
                job.percent = 100;
                tally.proven.add(proven(job, proved));
                yield Outcome.of(new Answer.Verifying());
            }
        };
    }

    private Optional<Signing.Wrong> wrong(Signing signing, JobRow job) {
        return switch (signing) {
            case Signing.None none -> config.signedProofs() ? Optional.of(Signing.NOT_SIGNED) : Optional.empty();
            case Signing.Wrong wrong -> Optional.of(wrong);
            case Signing.Right right ->
                right.node().equals(job.node) ? Optional.empty() : Optional.of(Signing.NOT_SIGNED);
        };
    }

    private static Proven proven(JobRow job, Report.Proved proved) {
        return new Proven(job, proved.proof(), proved.signing() instanceof Signing.Right right ? right.claim() : null);
    }

    /** The attempt is over; who judges gives the job to another provider, or ends it. */
    private static Outcome<Answer> wrongOutput(JobRow job, Proof proof, Tally tally) {
        tally.history.add(job.become(JobState.VERIFYING, job.nodeActor(), WRONG_OUTPUT));
        job.outputSha = proof.outputSha();
        job.error(WRONG_OUTPUT, "the output does not have a digest that was expected");
        return refuseOutput();
    }

    private static Outcome<Answer> refuseOutput() {
        return Outcome.refused(new CoordinatorException(
                ErrorCode.PROOF_REFUSED, "The output does not have a digest that the buyer expects; it is not paid."));
    }

    private Answer complete(JobRow job, Report.Proved proved, Tally tally) {
        Proof proof = proved.proof();
        tally.history.add(job.become(JobState.VERIFYING, job.nodeActor(), null));
        tally.history.add(job.become(JobState.COMPLETED, JobRow.COORDINATOR, null));
        job.outputSha = proof.outputSha();
        job.percent = 100;
        Receipt receipt = seal.sign(receipt(seal, job, job.account, proof.outputSha(), proved.sender(), job.now));
        tally.proven.add(proven(job, proved));
        tally.accepted.put(job.id, new Acceptance(job, proof, proved.sender(), receipt));
        tally.postings.add(Posting.settle(job.account, proved.sender(), job.price, job.id));
        return new Answer.Accepted(receipt, false);
    }

    /** Times are the coordinator's own: when it gave the lease, and when the proof came. */
    static Receipt receipt(
            ReceiptSeal seal, JobRow job, UUID client, String outputSha, UUID provider, Instant provedAt) {
        Instant startedAt = job.startedAt == null ? provedAt : job.startedAt;
        return new Receipt(
                Receipt.VERSION,
                Ids.next(job.now),
                job.id,
                provider.toString(),
                client.toString(),
                "1",
                "job",
                Money.format(job.price),
                null,
                null,
                startedAt,
                provedAt,
                Duration.between(startedAt, provedAt).toMillis(),
                outputSha,
                seal.coordinatorId(),
                String.valueOf(job.token),
                null,
                Map.of(
                        "workload",
                        TextNode.valueOf(job.workload),
                        "miner_id",
                        TextNode.valueOf(Objects.requireNonNullElse(job.minerId, ""))),
                null,
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
        if (receipt == null && job.state == JobState.VERIFYING) {
            return job.judging == Judging.BY_HASH ? refuseOutput() : Outcome.of(new Answer.Verifying());
        }
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
