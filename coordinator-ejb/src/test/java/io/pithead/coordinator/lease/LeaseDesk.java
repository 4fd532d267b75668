package io.pithead.coordinator.lease;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.artifact.ArtifactFacade;
import io.pithead.coordinator.lease.Report.Answer;
import io.pithead.coordinator.platform.BatchLane.Outcome;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.receipt.ReceiptDesk;
import io.pithead.coordinator.receipt.ReceiptSigner;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.coordinator.verify.VerificationLink;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.Progress;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Directive;
import io.pithead.protocol.node.Heartbeat;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.task.ContainerReport;
import io.pithead.testing.Scratch;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The real classes of this component, wired as the container does. */
@SuppressWarnings("UnnecessaryAssignment") // stands in for the container
public final class LeaseDesk {
    private static final ContainerSink NO_CONTAINERS = new ContainerSink() {
        @Override
        public void seen(Connection connection, Map<UUID, Long> leases) {}

        @Override
        public void reported(Connection connection, Map<UUID, ContainerReport> reports) {}
    };

    final Scene scene;
    final ReceiptSigner signer;
    final LeaseConfig config = new LeaseConfig();
    final ReportBatch batch;
    final LeaseFacade facade = new LeaseFacade();
    final ReaperTimer reaper = new ReaperTimer();
    public final JudgedAttempts judged = new JudgedAttempts();

    public LeaseDesk(Scene scene) {
        this(scene, Map.of());
    }

    public LeaseDesk(Scene scene, Map<String, String> settings) {
        this.scene = scene;
        this.signer = signer(scene);
        config.read(new ConfigReader(key -> Optional.ofNullable(settings.get(key))));
        batch = new ReportBatch(
                scene.ledger,
                scene.jobs.transitions(),
                signer.seal(),
                ready -> {},
                config,
                new ArtifactFacade(),
                NO_CONTAINERS,
                new VerificationLink());
        facade.database = scene.database;
        facade.ledger = scene.ledger;
        facade.transitions = scene.jobs.transitions();
        facade.signer = signer;
        facade.dispatcher = ready -> {};
        facade.config = config;
        facade.containers = NO_CONTAINERS;
        facade.expected = new VerificationLink();
        judged.ledger = scene.ledger;
        judged.transitions = scene.jobs.transitions();
        judged.signer = signer;
        judged.artifacts = new ArtifactFacade();
        reaper.database = scene.database;
        reaper.ledger = scene.ledger;
        reaper.transitions = scene.jobs.transitions();
        reaper.dispatcher = ready -> {};
        reaper.config = config;
    }

    private static ReceiptSigner signer(Scene scene) {
        return ReceiptDesk.signer(scene.database, Scratch.folder("pithead-keys"));
    }

    List<Outcome<Answer>> report(Report... reports) {
        return scene.database
                .inTransaction(connection -> batch.apply(connection, List.of(reports)))
                .outcomes();
    }

    Outcome<Answer> one(Report report) {
        return report(report).getFirst();
    }

    /** What a miner is answered to its proof: PAID, AGAIN (the same receipt), VERIFYING, or the code of an error. */
    public String prove(Machine sender, UUID job, long lease, String output) {
        return answer(one(proof(sender, job, lease, output)));
    }

    /** The same with the output itself. */
    public String proveText(Machine sender, UUID job, long lease, String output) {
        var proof = new Proof(
                job, null, sha(output), Map.of(), lease, TextNode.valueOf(output), List.of(), null, null, null, null);
        return answer(one(new Report.Proved(sender.provider(), proof, Signing.NONE)));
    }

    /** What a miner says of its output and signs, checked as the facade does. */
    public String prove(Machine sender, Proof proof) {
        Signing signing = scene.database
                .withConnection(connection -> Signing.of(connection, sender.provider(), List.of(proof)))
                .getFirst();
        return answer(one(new Report.Proved(sender.provider(), proof, signing)));
    }

    public static Proof unsigned(UUID job, long lease, String output) {
        return new Proof(
                job,
                null,
                sha(output),
                Map.of(),
                lease,
                null,
                List.of(),
                Instant.parse("2026-11-01T12:00:00Z"),
                Instant.parse("2026-11-01T12:00:01.250Z"),
                null,
                null);
    }

    /** The same, with a digest of what was asked. */
    public static Proof naming(@Nullable String requestSha, Proof proof) {
        return new Proof(
                proof.id(),
                proof.mode(),
                proof.outputSha(),
                proof.metrics(),
                proof.lease(),
                proof.output(),
                proof.artifacts(),
                proof.startedAt(),
                proof.completedAt(),
                requestSha,
                null);
    }

    private static String answer(Outcome<Answer> outcome) {
        if (outcome.refusal() instanceof CoordinatorException refusal) {
            return refusal.code().name();
        }
        return outcome.value() instanceof Answer.Accepted accepted ? accepted.replay() ? "AGAIN" : "PAID" : "VERIFYING";
    }

    public void fail(Machine sender, UUID job, long lease, boolean retryable) {
        one(failure(sender, job, lease, retryable));
    }

    public void reap() {
        reaper.tick();
    }

    /** What a proof of this output says in its batch's connection; rolled back when that throws. */
    public void proveOn(Connection connection, Machine sender, UUID job, long lease, String output)
            throws SQLException {
        batch.apply(connection, List.of(proof(sender, job, lease, output)));
    }

    public static String sha(String output) {
        return Digests.sha256Hex(output.getBytes(StandardCharsets.UTF_8));
    }

    static Report proof(Machine sender, UUID job, @Nullable Long lease, String output) {
        return new Report.Proved(
                sender.provider(),
                new Proof(job, null, sha(output), Map.of(), lease, null, List.of(), null, null, null, null),
                Signing.NONE);
    }

    /** @param metrics a JSON object */
    static Report proof(Machine sender, UUID job, long lease, String output, String metrics) {
        var named = new HashMap<String, JsonNode>();
        Json.own(metrics, JsonNode.class).properties().forEach(one -> named.put(one.getKey(), one.getValue()));
        return new Report.Proved(
                sender.provider(),
                new Proof(job, null, sha(output), named, lease, null, List.of(), null, null, null, null),
                Signing.NONE);
    }

    static Report progress(Machine sender, UUID job, long lease, @Nullable Integer percent) {
        return new Report.Progressed(sender.provider(), new Progress(job, lease, percent, null, null));
    }

    static Report failure(Machine sender, UUID job, long lease, boolean retryable) {
        return new Report.Failed(sender.provider(), new Failure(job, lease, "OOM", "out of memory", retryable));
    }

    /** A heartbeat of one machine that lists these jobs and leases. */
    List<Directive> beat(Machine machine, Heartbeat.Running... running) {
        return scene.database
                .inTransaction(connection -> facade.renewListed(connection, Map.of(machine.node(), List.of(running))))
                .directives()
                .getOrDefault(machine.node(), List.of());
    }

    static Heartbeat.Running running(UUID job, long lease) {
        return new Heartbeat.Running(job, lease, null, null);
    }

    /** The backoff of a job that failed is over. */
    void endBackoff(UUID job) {
        scene.rows.update("update job set ready_at = now() - interval '1 s' where id = ? and waiting", job);
        reaper.tick();
    }

    public void loseLease(UUID job) {
        scene.rows.update("update job set lease_expires_at = now() - interval '1 s' where id = ?", job);
        reaper.tick();
    }
}
