package io.pithead.coordinator.lease;

import io.pithead.coordinator.artifact.ArtifactFacade;
import io.pithead.coordinator.job.ReadyJobs;
import io.pithead.coordinator.job.Transitions;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.lease.Report.Answer;
import io.pithead.coordinator.lease.core.RetryPolicy.Cause;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.platform.BatchLane;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Work;
import io.pithead.coordinator.receipt.ReceiptSigner;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.Progress;
import io.pithead.protocol.job.ProgressAnswer;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.node.Directive;
import io.pithead.protocol.node.Heartbeat;
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
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Renewal and end of attempts. All reports of this instance go through one lane, whose batches commit together. */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class LeaseFacade {
    private static final int MAX_WAITING_REPORTS = 10_000;
    private static final int MAX_REPORTS_PER_BATCH = 500;
    /** A lease that its holder does not list in this many heartbeats is taken back. */
    private static final int MISSED_BEATS = 2;

    @Inject
    Database database;

    @Inject
    Ledger ledger;

    @Inject
    Transitions transitions;

    @Inject
    ReceiptSigner signer;

    @Inject
    ReadyJobs dispatcher;

    @Inject
    LeaseConfig config;

    @Inject
    ArtifactFacade artifacts;

    @Inject
    ContainerSink containers;

    @Inject
    ExpectedOutputs expected;

    @Inject
    Work work;

    private BatchLane<Report, Answer> reports;

    /** A receipt, and whether the same proof had been accepted before; no receipt while the proof is judged. */
    public record Accepted(@Nullable Receipt receipt, boolean replay) {}

    /** What heartbeats came to: directives by node, and what to do after the commit. */
    public record Renewed(Map<UUID, List<Directive>> directives, Runnable afterCommit) {}

    @PostConstruct
    void open() {
        var batch = new ReportBatch(
                ledger, transitions, signer.seal(), dispatcher, config, artifacts, containers, expected);
        reports = new BatchLane<>(
                "report",
                database,
                work.threads(),
                work.answers(),
                MAX_WAITING_REPORTS,
                MAX_REPORTS_PER_BATCH,
                batch::apply);
    }

    @PreDestroy
    void close() {
        reports.close();
    }

    /** Accepts a proof once; completes when result, receipt and payment are on disk, or the result that is judged first. */
    public CompletableFuture<Accepted> prove(UUID sender, Proof proof) {
        return proveAll(sender, List.of(proof)).getFirst();
    }

    /** Each proof for itself, in this order; those that meet in a batch commit together. */
    public List<CompletableFuture<Accepted>> proveAll(UUID sender, List<Proof> proofs) {
        ledger.open(List.of(sender));
        List<Signing> signings = proofs.stream().allMatch(proof -> proof.signature() == null)
                ? Collections.nCopies(proofs.size(), Signing.NONE)
                : database.withConnection(connection -> Signing.of(connection, sender, proofs));
        return IntStream.range(0, proofs.size())
                .mapToObj(i -> reports.submit(new Report.Proved(sender, proofs.get(i), signings.get(i)))
                        .thenApply(answer -> answer instanceof Answer.Accepted accepted
                                ? new Accepted(accepted.receipt(), accepted.replay())
                                : new Accepted(null, false)))
                .toList();
    }

    public CompletableFuture<ProgressAnswer> progress(UUID sender, Progress progress) {
        return reports.submit(new Report.Progressed(sender, progress))
                .thenApply(answer -> ((Answer.Renewed) answer).answer());
    }

    /** The live lease of a job that this account's node holds, for clients whose protocol has no leases. */
    public OptionalLong liveLease(UUID sender, UUID job) {
        return database.withConnection(connection -> {
            try (var select =
                    connection.prepareStatement("select j.lease_token from job j join node n on n.id = j.lease_node"
                            + " where j.id = ? and n.account_id = ? and j.state in ('LEASED', 'RUNNING')")) {
                select.setObject(1, job);
                select.setObject(2, sender);
                try (var row = select.executeQuery()) {
                    return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
                }
            }
        });
    }

    public CompletableFuture<Boolean> fail(UUID sender, Failure failure) {
        return reports.submit(new Report.Failed(sender, failure)).thenApply(answer -> true);
    }

    /**
     * Renews the leases that heartbeats list, takes back the ones they stopped listing, and tells miners to stop what they
     * no longer hold. In the heartbeats' transaction.
     */
    public Renewed renewListed(Connection connection, Map<UUID, List<Heartbeat.Running>> listed) throws SQLException {
        if (listed.isEmpty()) {
            return new Renewed(Map.of(), () -> {});
        }
        Map<UUID, JobRow> held = JobRows.lockHeldBy(connection, listed.keySet());
        var history = new ArrayList<Transition>();
        var postings = new ArrayList<Posting>();
        Map<UUID, Map<UUID, Heartbeat.Running>> byNode = new HashMap<>();
        listed.forEach((node, running) -> byNode.put(
                node, running.stream().collect(Collectors.toMap(Heartbeat.Running::id, one -> one, (a, b) -> b))));
        var seen = new HashMap<UUID, Long>();
        for (JobRow job : held.values()) {
            Heartbeat.Running running = byNode.getOrDefault(job.node, Map.of()).get(job.id);
            if (running != null && running.lease().equals(job.token)) {
                renew(job, running, history);
                if (job.container) {
                    seen.put(job.id, running.lease());
                }
            } else {
                miss(job, history, postings);
            }
        }
        var directives = new HashMap<UUID, List<Directive>>();
        Set<UUID> unknown = listed.values().stream()
                .flatMap(List::stream)
                .map(Heartbeat.Running::id)
                .filter(id -> !held.containsKey(id))
                .collect(Collectors.toSet());
        Map<UUID, Stop> stops = unknown.isEmpty() ? Map.of() : Stop.find(connection, unknown);
        listed.forEach((node, running) -> directives.put(node, stopOrders(node, running, held, stops)));
        JobRows.save(connection, held.values());
        transitions.append(connection, history);
        containers.seen(connection, seen);
        ledger.post(connection, postings, Instant.now());
        boolean anyReady = held.values().stream().anyMatch(AttemptEnd::isReady);
        return new Renewed(directives, () -> {
            AttemptEnd.wake(dispatcher, anyReady);
            transitions.committed(history);
        });
    }

    private void renew(JobRow job, Heartbeat.Running running, List<Transition> history) {
        if (job.state == JobState.LEASED) {
            history.add(job.become(JobState.RUNNING, job.nodeActor(), null));
        }
        job.renew(ReportBatch.later(job.leaseExpiresAt, job.now.plus(config.term(job.container))));
        if (running.progress() != null) {
            job.percent = running.progress();
        }
    }

    private void miss(JobRow job, List<Transition> history, List<Posting> postings) {
        job.missed++;
        job.changed = true;
        if (job.missed >= MISSED_BEATS) {
            AttemptEnd.apply(
                    job,
                    Cause.LEASE_LOST,
                    JobRow.COORDINATOR,
                    "the miner no longer lists it as running",
                    config,
                    history,
                    postings);
            job.error("LEASE_LOST", "the miner no longer listed it as running");
            job.missed = 0;
        }
    }

    private static List<Directive> stopOrders(
            UUID node, List<Heartbeat.Running> running, Map<UUID, JobRow> held, Map<UUID, Stop> stops) {
        var orders = new ArrayList<Directive>();
        for (Heartbeat.Running one : running) {
            JobRow job = held.get(one.id());
            boolean holds = job != null
                    && node.equals(job.node)
                    && one.lease().equals(job.token)
                    && JobState.HELD.contains(job.state);
            Stop stop = stops.getOrDefault(one.id(), Stop.LOST);
            // a row that another transaction is changing right now says nothing: the next heartbeat will
            if (!holds && !stop.stillHeldBy(node, one.lease())) {
                orders.add(Directive.stop(one.id(), one.lease(), stop.reason(node, one.lease())));
            }
        }
        return orders;
    }
}
