package io.pithead.coordinator.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.artifact.ArtifactFacade;
import io.pithead.coordinator.challenge.SeatsDesk;
import io.pithead.coordinator.lease.LeaseDesk;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.coordinator.verify.core.Draw;
import io.pithead.protocol.job.VerificationView;
import io.pithead.protocol.job.WorkRequest;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.WalletKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** The real classes of judging, wired as the container does, and miners that can be asked. */
@SuppressWarnings("UnnecessaryAssignment") // stands in for the container
public final class VerifyDesk {
    private static final AtomicInteger WORKLOADS = new AtomicInteger();
    static final Draw DRAW = new Draw(new byte[Draw.MIN_KEY_BYTES]);
    private static final Duration ONLINE = Duration.ofMinutes(5);

    final Scene scene;
    public final LeaseDesk leases;
    final VerificationFacade facade = new VerificationFacade();
    final RefereeFacade referee = new RefereeFacade();
    final ChargeFacade charges = new ChargeFacade();
    /** Settings of judging. */
    final Map<String, String> settings = new HashMap<>();

    public VerifyDesk(Scene scene) {
        this.scene = scene;
        this.leases = new LeaseDesk(scene);
        facade.database = scene.database;
        referee.database = scene.database;
        referee.seats = SeatsDesk.seats();
        charges.database = scene.database;
        charges.seats = SeatsDesk.seats();
        charges.attestations = SeatsDesk.attestations(scene.database);
    }

    /** A round of its own: what an earlier one knew of the fleet is forgotten. */
    VerifyRounds rounds() {
        var rounds = new VerifyRounds();
        rounds.database = scene.database;
        rounds.replicas = scene.jobs.replicas();
        rounds.attempts = leases.judged;
        rounds.transitions = scene.jobs.transitions();
        rounds.dispatcher = ready -> {};
        rounds.config = new VerifyConfig();
        rounds.config.read(new ConfigReader(key -> Optional.ofNullable(settings.get(key))));
        rounds.streaks = new Streaks(DRAW);
        return rounds;
    }

    public void round() {
        rounds().round(ONLINE);
    }

    /** Charges who was suspended, and looks at what was found. */
    void charges() {
        var rounds = new ChargeRounds();
        rounds.database = scene.database;
        rounds.config = new VerifyConfig();
        rounds.config.read(new ConfigReader(key -> Optional.ofNullable(settings.get(key))));
        rounds.round();
    }

    /** Draws a canary after each paid job, however young the jobs are that may be given again. */
    void canaries(String payer, String... settings) {
        var all = new HashMap<>(Map.of(
                "pithead.verification.canary.rate", "1",
                "pithead.verification.canary.min-age", "PT0S",
                "pithead.verification.canary.account", payer));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        var rounds = new CanaryRounds();
        rounds.database = scene.database;
        rounds.replicas = scene.jobs.replicas();
        rounds.ledger = scene.ledger;
        rounds.artifacts = new ArtifactFacade();
        rounds.transitions = scene.jobs.transitions();
        rounds.dispatcher = ready -> {};
        rounds.config = new VerifyConfig();
        rounds.config.read(new ConfigReader(key -> Optional.ofNullable(all.get(key))));
        rounds.draw = DRAW;
        rounds.round(ONLINE, Duration.ofSeconds(-1));
    }

    public static String workload() {
        return "verified" + WORKLOADS.incrementAndGet();
    }

    /** A machine that runs the workload and was heard just now. */
    public Machine worker(UUID provider, String workload) {
        return worker(provider, workload, "cpu");
    }

    Machine worker(UUID provider, String workload, String mode) {
        Machine machine = scene.machine(provider, "v" + WORKLOADS.incrementAndGet(), true);
        scene.rows.update(
                "update node set mode = upper(?), capabilities = ?::json where id = ?",
                mode,
                "{\"miner_id\":\"" + machine.minerId() + "\",\"mode\":\"" + mode
                        + "\",\"gpu\":false,\"concurrency\":64,\"workloads\":[\"" + workload
                        + "\"],\"limits\":{\"ram_mb\":1024}}",
                machine.node());
        scene.rows.update("insert into node_liveness (node_id, last_seen_at) values (?, now())", machine.node());
        return machine;
    }

    public Machine worker(String workload) {
        return worker(scene.rows.account(), workload);
    }

    /** From now on it is registered with the address of this key. */
    void hasKey(Machine worker, WalletKey key) {
        scene.rows.update(
                "update node set capabilities = (capabilities::jsonb || jsonb_build_object('node_address', ?::text))::json"
                        + " where id = ?",
                key.address().text(),
                worker.node());
    }

    /** The replicas of a job beside itself, or those of a dispute, by number. */
    public List<UUID> replicas(UUID parent) {
        return scene
                .column("select job_id from replica where parent = ? and job_id <> parent order by number", parent)
                .stream()
                .map(UUID::fromString)
                .toList();
    }

    public UUID providerOf(UUID replica) {
        return UUID.fromString(scene.text("select provider from replica where job_id = ?", replica));
    }

    /** Leases it to the one of these that was chosen for it. */
    public Machine chosen(UUID replica, List<Machine> workers) {
        String node = scene.text("select node_id from replica where job_id = ?", replica);
        return workers.stream()
                .filter(worker -> worker.node().toString().equals(node))
                .findFirst()
                .orElseThrow();
    }

    /** Takes and proves it. @return what the miner is answered */
    public String run(Machine worker, UUID job, String output) {
        return leases.prove(worker, job, scene.lease(job, worker), output);
    }

    /** Takes it and proves it with a signature under what was asked. */
    String runSigned(Machine worker, WalletKey key, UUID job, String params, String output) {
        String workload = scene.text("select workload from job where id = ?", job);
        String asked = WorkRequest.of(workload, Json.own(params.replace('\'', '"'), JsonNode.class), null)
                .sha()
                .orElse(null);
        return leases.prove(
                worker,
                LeaseDesk.naming(asked, LeaseDesk.unsigned(job, scene.lease(job, worker), output))
                        .signed(key));
    }

    /** A benchmark's output that took so long and has this checksum. */
    static String bench(String seconds, String checksum) {
        return "throughput_ops=100, seconds=" + seconds + "\nchecksum=" + checksum
                + " size=1024 dtype=float32 seed=7\n";
    }

    /** Takes it and proves it with the output itself, as a benchmark of so long and with this checksum. */
    String runBench(Machine worker, UUID job, String seconds, String checksum) {
        String answer = leases.proveText(worker, job, scene.lease(job, worker), bench(seconds, checksum));
        round();
        return answer;
    }

    VerificationView view(UUID buyer, UUID job) {
        return facade.view(buyer, job);
    }

    public String streak(Machine worker, String workload) {
        return scene.text("select valid from streak where node_id = ? and workload = ?", worker.node(), workload);
    }

    public void streak(Machine worker, String workload, int valid) {
        scene.rows.update(
                "insert into streak (node_id, workload, valid) values (?, ?, ?)", worker.node(), workload, valid);
    }

    List<String> decisions(UUID job) {
        return scene.column("select decision from verification_decision where job_id = ? order by id", job);
    }
}
