package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.demo.Cheat;
import io.pithead.demo.CheatingMiner;
import io.pithead.demo.Rest;
import io.pithead.demo.WorkCheat;
import io.pithead.protocol.signing.WalletKey;
import io.pithead.testing.DockerEngine;
import io.pithead.testing.NeedsEngine;
import io.pithead.testing.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Providers that do not agree, a coordinator that asks its validator, and the validator that does the job once more in a container. */
@NeedsEngine
class RefereeStoryIT {
    private static final Duration SOON = Duration.ofSeconds(180);
    private static final String IMAGE = "libc";
    private static @Nullable DockerEngine engine;

    @BeforeAll
    static void engine() throws Exception {
        // a socket's path is short
        engine = DockerEngine.start(Scratch.folder("pref").resolve("d"));
        engine.importLibraries(Path.of(System.getProperty("java.home"), "lib", "server", "libjvm.so"), IMAGE);
    }

    @AfterAll
    static void stop() throws IOException {
        if (engine != null) {
            engine.close();
        }
    }

    @Test
    void what_the_validators_container_finds_decides_whom_nobody_else_agreed_with(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data) throws Exception {
        DockerEngine running = Objects.requireNonNull(engine);
        try (PitheadProcess pithead = PitheadProcess.start(
                data,
                Map.of("DOCKER_HOST", running.host()),
                Evm.setting(),
                "pithead.ledger.auto-deposit=true",
                "pithead.validator.work=PT0.02S",
                "pithead.validator.referee=container",
                "pithead.validator.referee.image=" + IMAGE,
                "pithead.validator.referee.command=" + Server.java() + " -jar " + Server.file("pithead.miner"))) {
            pithead.server().await("a validator", SOON, () -> says(pithead, "validator.on"));
            Operator operator = Operator.of(Api.open(pithead.http()), data);
            Tenant buyer = operator.tenant("buyer").deposit("100");
            var miners = new ArrayList<CheatingMiner>();
            try {
                Tenant honest = operator.tenant("honest");
                List<Tenant> liars = List.of(operator.tenant("one-liar"), operator.tenant("another-liar"));
                miners.add(started(pithead, honest, WorkCheat.NONE));
                for (Tenant liar : liars) {
                    miners.add(started(pithead, liar, WorkCheat.WRONG));
                }
                String job = submit(buyer, "pit");
                awaitState(pithead, buyer, job, "COMPLETED");

                assertThat(pithead.server().output()).contains("validator.found job=" + job);
                assertThat(verdicts(buyer, job)).containsExactlyInAnyOrder("PAID", "DISSENTED", "DISSENTED");
                assertThat(honest.balance()).isEqualByComparingTo("2.5");
                liars.forEach(liar -> assertThat(liar.balance()).isEqualByComparingTo("0"));
                assertThat(running.docker("ps", "-aq")).isBlank();

                // and where nobody is right, nobody is paid
                miners.getFirst().close();
                miners.add(started(pithead, operator.tenant("third-liar"), WorkCheat.WRONG));
                drained(honest);
                String lied = submit(buyer, "shaft");
                awaitState(pithead, buyer, lied, "FAILED");
                assertThat(buyer.buyer()
                                .get("/v1/jobs/" + lied)
                                .expect(200)
                                .body()
                                .toString())
                        .contains("REFUTED");
                liars.forEach(liar -> assertThat(liar.balance()).isEqualByComparingTo("0"));
            } finally {
                miners.forEach(CheatingMiner::close);
            }
        }
    }

    private static CheatingMiner started(PitheadProcess pithead, Tenant provider, WorkCheat work) throws Exception {
        Rest miner = Rest.plain(pithead.http(), provider.miner().key());
        WalletKey node = WalletKey.generate(new SecureRandom());
        return new CheatingMiner(miner, "node-" + provider.account(), Cheat.NONE, work, node, System.out).start();
    }

    /** Its miner says that it takes no more jobs. */
    private static void drained(Tenant provider) {
        provider.miner()
                .post("/v1/miner/drain", Map.of("miner_id", "node-" + provider.account()))
                .expect(200);
    }

    private static String submit(Tenant buyer, String seed) {
        return buyer.submit(
                "sha256_chain",
                Map.of(
                        "params",
                        Map.of("seed", seed, "length", 1_000),
                        "verification",
                        Map.of("mode", "reexecute", "replicas", 3, "quorum", 2, "max_replicas", 3)));
    }

    private static void awaitState(PitheadProcess pithead, Tenant buyer, String job, String state) {
        pithead.server()
                .await("the job to be " + state, SOON, () -> buyer.state(job).equals(state));
    }

    private static List<String> verdicts(Tenant buyer, String job) {
        JsonNode view = buyer.buyer()
                .get("/v1/jobs/" + job + "/verification")
                .expect(200)
                .body();
        return view.get("items").findValuesAsText("verdict");
    }

    private static boolean says(PitheadProcess pithead, String line) {
        return pithead.server().output().contains(line);
    }
}
