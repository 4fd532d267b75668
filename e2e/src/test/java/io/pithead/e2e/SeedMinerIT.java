package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.receipt.PublicKeys;
import io.pithead.protocol.receipt.Receipts;
import io.pithead.protocol.signing.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The AITBC guide's own {@code miner.sh}, as its section 5 prints it, earns here. */
@ExtendWith(SharedServer.class)
class SeedMinerIT {
    private static final String GUIDE = "/aitbc-miner-guide.md";
    private static final String SECTION = "## 5) Miner Runtime";
    private static final String FENCE = "```";
    private static final String MINER_ID = "guide-gpu0";
    /** What the script truncates and writes; it has no setting for that. */
    private static final Path LOG = Path.of("/var/log/aitbc-miner.log");

    private static final Duration EARNED = Duration.ofSeconds(120);
    private static final Duration STOPPED = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private boolean hadLog;

    @BeforeAll
    static void tools() {
        for (String tool : List.of("curl", "jq")) {
            assertThat(Stream.of(System.getenv("PATH").split(":")).map(Path::of))
                    .as("the guide's script needs %s: apt-get install %s", tool, tool)
                    .anyMatch(directory -> Files.isExecutable(directory.resolve(tool)));
        }
    }

    @BeforeEach
    void theLogIsOurs() {
        hadLog = Files.exists(LOG);
        Assumptions.assumeTrue(
                hadLog ? Files.isWritable(LOG) : Files.isWritable(LOG.getParent()),
                "the guide's script writes " + LOG + ": run this as root");
        Assumptions.assumeFalse(hadLog, LOG + " is there: a miner of the guide seems to be installed here");
    }

    @AfterEach
    void theLogIsGone() throws IOException {
        if (!hadLog) {
            Files.deleteIfExists(LOG);
        }
    }

    @Test
    void it_is_registered_by_its_heartbeat_and_is_paid_for_its_proof() throws IOException {
        Operator operator = SharedServer.operator();
        Tenant buyer = operator.tenant("guide-buyer").deposit("10");
        Tenant provider = operator.tenant("guide-provider");
        String first = buyer.submit("torch_bench");
        String second = buyer.submit("torch_bench");
        Path work = folder.resolve("work");

        Server script = start(provider, work);
        try {
            Await.until(
                    "the script to earn: " + script.tail(),
                    EARNED,
                    () -> buyer.state(first).equals("COMPLETED")
                            && buyer.state(second).equals("COMPLETED"));
            Await.until(
                    "its log to say so",
                    STOPPED,
                    () -> Files.readString(LOG).contains("[JOB] done id=" + second + " proof_submitted"));
        } finally {
            stop(script);
        }

        assertPaid(operator, buyer, first, work);
        assertPaid(operator, buyer, second, work);
        assertThat(provider.balance()).isEqualByComparingTo("5");
        assertThat(node(operator, provider)).isNotNull();
        assertThat(Files.readString(LOG)).doesNotContain("heartbeat failed", "[WARN] job failed");
    }

    private Server start(Tenant provider, Path work) throws IOException {
        Path script = Files.createFile(
                folder.resolve("miner.sh"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(script, script());
        Map<String, String> conf = Map.of(
                "COORD_URL", SharedServer.pithead().http() + "/",
                "WALLET_ADDR", "wallet_demo",
                "API_KEY", provider.miner().key(),
                "MINER_ID", MINER_ID,
                "WORK_DIR", work.toString(),
                "HEARTBEAT_SECS", "20",
                "JOB_POLL_SECS", "1",
                "MAX_CONCURRENCY", "1",
                "ACCEL_MODE", "auto");
        return Server.start("guide-miner", conf, List.of(script.toString()));
    }

    /** The block of section 5, not one character changed: this copy of the guide has no typographic damage in it. */
    private static String script() throws IOException {
        try (InputStream guide = Objects.requireNonNull(SeedMinerIT.class.getResourceAsStream(GUIDE))) {
            String text = new String(guide.readAllBytes(), StandardCharsets.UTF_8);
            int section = text.indexOf(SECTION);
            int from = text.indexOf('\n', text.indexOf(FENCE + "bash", section)) + 1;
            String script = text.substring(from, text.indexOf("\n" + FENCE, from) + 1);
            assertThat(script).startsWith("#!/bin/bash\n").endsWith("\ndone\n").contains("/v1/miner/next?miner=");
            assertThat(script.chars()).allMatch(character -> character < 128);
            return script;
        }
    }

    private static void stop(Server script) {
        List<ProcessHandle> children = ProcessHandle.of(script.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .toList();
        script.kill();
        children.forEach(ProcessHandle::destroyForcibly);
        Await.until("its children to end", STOPPED, () -> children.stream().noneMatch(ProcessHandle::isAlive));
    }

    private static void assertPaid(Operator operator, Tenant buyer, String job, Path work) throws IOException {
        JsonNode receipt =
                buyer.buyer().get("/v1/jobs/" + job + "/receipt").expect(200).body();
        PublicKeys keys = Json.own(operator.api().get("/v1/keys").expect(200).text(), PublicKeys.class);
        assertThat(Receipts.problems(receipt, keys)).isEmpty();
        // what its Python made of the job, if there is one, is the file whose digest it posted
        byte[] output = Files.readAllBytes(work.resolve(job).resolve("out.txt"));
        assertThat(receipt.get("artifact_hash").asText()).isEqualTo(Digests.sha256Hex(output));
        assertThat(receipt.get("job_id").asText()).isEqualTo(job);
        assertThat(receipt.get("price").asText()).isEqualTo("2.500000");
        assertThat(receipt.at("/metadata/miner_id").asText()).isEqualTo(MINER_ID);
        assertThat(receipt.at("/metadata/workload").asText()).isEqualTo("torch_bench");
    }

    private static JsonNode node(Operator operator, Tenant provider) {
        for (JsonNode node : operator.api()
                .get("/v1/admin/miners?limit=200")
                .expect(200)
                .body()
                .get("items")) {
            if (node.toString().contains(MINER_ID) && node.toString().contains(provider.account())) {
                return node;
            }
        }
        throw new AssertionError("the heartbeat registered nobody");
    }
}
