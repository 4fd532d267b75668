package io.pithead.coordinator.lease;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.artifact.ArtifactFacade;
import io.pithead.coordinator.job.Transitions;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.lease.ReportBatch.Acceptance;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.receipt.ReceiptSigner;
import io.pithead.protocol.job.InputRef;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.receipt.Receipt;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Ends jobs whose proofs were judged, in the judge's transaction, set by set as a batch of reports does. */
@ApplicationScoped
public class JudgedAttempts {
    private static final String JUDGE = "coordinator";

    @Inject
    Ledger ledger;

    @Inject
    Transitions transitions;

    @Inject
    ReceiptSigner signer;

    @Inject
    ArtifactFacade artifacts;

    /** What is to become of one job. */
    public sealed interface Ruling {
        UUID job();

        /** Its proof is right: it is completed, paid and has a receipt. */
        record Pay(UUID job) implements Ruling {}

        /** It is completed with what others found, and who ran it is not paid. */
        record Adopt(UUID job, String outputSha) implements Ruling {}

        /** It failed; nobody is paid. */
        record Refuse(UUID job, String code, String reason) implements Ruling {}

        /** Nobody needs it any more; who runs it is told to stop. */
        record Drop(UUID job, String reason) implements Ruling {}

        /** Its attempt failed, and another one follows. */
        record Again(UUID job, String code, String reason) implements Ruling {}
    }

    /**
     * Applies the rulings to those of the jobs that have not ended, and enters the money.
     *
     * @param others postings of the judge's own: all of a transaction are entered at once, so that locks are taken in one order
     * @return what to tell after the commit
     */
    public List<Transition> apply(Connection connection, Collection<? extends Ruling> rulings, List<Posting> others)
            throws SQLException {
        Map<UUID, JobRow> jobs =
                JobRows.lock(connection, rulings.stream().map(Ruling::job).toList());
        Map<UUID, Stored> stored = Stored.find(
                connection,
                rulings.stream()
                        .filter(Ruling.Pay.class::isInstance)
                        .map(Ruling::job)
                        .toList());
        var history = new ArrayList<Transition>();
        var postings = new ArrayList<>(others);
        var accepted = new ArrayList<Acceptance>();
        for (Ruling ruling : rulings) {
            JobRow job = jobs.get(ruling.job());
            if (job == null || job.state.isTerminal()) {
                continue;
            }
            switch (ruling) {
                case Ruling.Pay pay ->
                    pay(job, Objects.requireNonNull(stored.get(job.id)), history, postings, accepted);
                case Ruling.Adopt adopt -> {
                    history.add(job.become(JobState.COMPLETED, JUDGE, "its replicas agree on another output"));
                    job.outputSha = adopt.outputSha();
                    release(job, postings);
                }
                case Ruling.Refuse refuse -> {
                    history.add(job.become(JobState.FAILED, JUDGE, refuse.reason()));
                    job.error(refuse.code(), refuse.reason());
                    job.waiting = false;
                    release(job, postings);
                }
                case Ruling.Drop drop -> {
                    history.add(job.become(JobState.CANCELED, JUDGE, drop.reason()));
                    job.error("CANCELED", drop.reason());
                    job.waiting = false;
                    release(job, postings);
                }
                case Ruling.Again again -> {
                    history.add(job.become(JobState.QUEUED, JUDGE, again.reason()));
                    job.error(again.code(), again.reason());
                    job.outputSha = null;
                    job.readyAt = job.now;
                }
            }
        }
        JobRows.save(connection, jobs.values());
        transitions.append(connection, history);
        ReceiptStore.insertReceipts(connection, accepted);
        NodeWork.add(connection, accepted);
        for (Acceptance one : accepted) {
            artifacts.grant(
                    connection,
                    one.job().id,
                    one.job().account,
                    one.proof().artifacts().stream()
                            .map(InputRef::sha256)
                            .distinct()
                            .toList());
        }
        ledger.post(connection, postings, Instant.now());
        return history;
    }

    private void pay(
            JobRow job, Stored stored, List<Transition> history, List<Posting> postings, List<Acceptance> accepted) {
        UUID provider = Objects.requireNonNull(job.provider);
        String sha = Objects.requireNonNull(job.outputSha);
        history.add(job.become(JobState.COMPLETED, JUDGE, null));
        Receipt receipt = signer.seal()
                .sign(ReportBatch.receipt(signer.seal(), job, stored.client, sha, provider, stored.provedAt));
        var proof =
                new Proof(job.id, null, sha, stored.metrics, job.token, null, stored.artifacts, null, null, null, null);
        accepted.add(new Acceptance(job, proof, provider, receipt));
        postings.add(Posting.settle(job.account, provider, job.price, job.id));
    }

    private static void release(JobRow job, List<Posting> postings) {
        postings.add(Posting.release(job.account, job.price, job.id));
    }

    /**
     * What a proof said that was not paid at once.
     *
     * @param client whom the receipt names: of a job that is given out again to see whether it is answered right, the buyer of the first one,
     *     so that nobody can tell one by who pays
     */
    private record Stored(Instant provedAt, Map<String, JsonNode> metrics, List<InputRef> artifacts, UUID client) {
        static Map<UUID, Stored> find(Connection connection, Collection<UUID> jobs) throws SQLException {
            var found = new HashMap<UUID, Stored>();
            if (jobs.isEmpty()) {
                return found;
            }
            try (var select = connection.prepareStatement("select r.job_id, e.at, r.artifacts, r.metrics,"
                    + " coalesce((select s.account_id from replica p join canary c on c.job_id = p.parent"
                    + " join job s on s.id = c.source where p.job_id = j.id), j.account_id) as client"
                    + " from job_result r join job j on j.id = r.job_id"
                    + " join job_event e on e.job_id = j.id and e.seq = j.last_seq where r.job_id = any(?)")) {
                new Columns(connection, select).uuids(jobs, id -> id);
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        var metrics = new HashMap<String, JsonNode>();
                        Json.own(rows.getString("metrics"), JsonNode.class)
                                .properties()
                                .forEach(metric -> metrics.put(metric.getKey(), metric.getValue()));
                        found.put(
                                Columns.uuid(rows, "job_id"),
                                new Stored(
                                        Columns.requiredInstant(rows, "at"),
                                        metrics,
                                        List.of(Json.own(rows.getString("artifacts"), InputRef[].class)),
                                        Columns.uuid(rows, "client")));
                    }
                }
            }
            return found;
        }
    }
}
