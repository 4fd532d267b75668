package io.pithead.miner;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.miner.challenge.ProverProcess;
import io.pithead.miner.testing.MinerProcess;
import io.pithead.miner.testing.TestChallenges;
import io.pithead.miner.testing.TestCoordinator;
import io.pithead.miner.testing.TestValidator;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Address;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one jar as a process: its commands, its signals, and its death. */
class JarIT {
    /** Long enough to be running whenever a test looks, short enough to end while one waits. */
    private static final Map<String, Object> SOME_SECONDS = Map.of("seed", "pit", "length", 6_000_000);

    private static final Map<String, Object> FOR_EVER = Map.of("seed", "pit", "length", 9_000_000_000L);

    /** One for all tests: the libraries are unpacked once, and each miner finds what the one before left. */
    @TempDir
    private static Path temp;

    private TestCoordinator coordinator;
    private Map<String, String> environment;

    @BeforeEach
    void startCoordinator() throws IOException {
        coordinator = new TestCoordinator();
        environment = new HashMap<>(Map.of(
                "COORD_URL",
                coordinator.url().toString(),
                "API_KEY",
                TestCoordinator.KEY,
                "WORK_DIR",
                temp.resolve("work").toString(),
                "MINER_ID",
                "jar-miner"));
    }

    @AfterEach
    void stopCoordinator() {
        coordinator.close();
    }

    private MinerProcess miner(String... arguments) throws IOException {
        return MinerProcess.start(temp, environment, arguments);
    }

    private void awaitRunning(UUID job) throws InterruptedException {
        coordinator.awaitTrue(
                "progress of " + job,
                c -> c.progress().stream().anyMatch(report -> report.id().equals(job)));
    }

    private List<ProcessHandle> children() throws IOException {
        try (Stream<Path> pids = Files.find(temp.resolve("work"), 3, (path, any) -> path.endsWith("pid"))) {
            return pids.map(JarIT::process).flatMap(Optional::stream).toList();
        }
    }

    private static Optional<ProcessHandle> process(Path pidFile) {
        try {
            return ProcessHandle.of(Long.parseLong(Files.readString(pidFile).split(" ", 2)[0]));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void torch_bench_runs_on_the_libraries_inside_the_jar() throws Exception {
        UUID job = coordinator.submit("torch_bench", Map.of("size", 256, "count", 10));
        try (var miner = miner("run")) {
            Proof proof = coordinator.await("a proof", () -> coordinator.proof(job));
            String output = requireNonNull(proof.output()).textValue();
            assertThat(output).containsPattern("throughput_ops=10, seconds=[0-9]+\\.[0-9]{4}\n");
            assertThat(output).containsPattern("checksum=[1-9]\\.[0-9]{6}e\\+[0-9]{2} size=256");
            assertThat(proof.metrics()).containsKeys("gflops", "device", "peak_memory_mb", "work", "work_unit");
            assertThat(Json.text(requireNonNull(proof.metrics()))).contains("\"device\":\"cpu\"");
            assertThat(miner.isAlive()).isTrue();
        }
    }

    @Test
    void the_same_matrix_gives_the_same_checksum() throws Exception {
        UUID first = coordinator.submit("torch_bench", Map.of("size", 64, "count", 50, "dtype", "float64"));
        UUID second = coordinator.submit("torch_bench", Map.of("size", 64, "count", 50, "dtype", "float64"));
        UUID other = coordinator.submit("torch_bench", Map.of("size", 64, "count", 50, "dtype", "float64", "seed", 1));
        try (var miner = miner("run")) {
            assertThat(checksum(first)).isEqualTo(checksum(second)).isNotEqualTo(checksum(other));
            assertThat(miner.isAlive()).isTrue();
        }
    }

    private String checksum(UUID job) throws InterruptedException {
        Proof proof = coordinator.await("a proof", () -> coordinator.proof(job));
        return requireNonNull(proof.output())
                .textValue()
                .lines()
                .toList()
                .getLast()
                .split(" ", 2)[0];
    }

    @Test
    void the_first_signal_lets_the_job_finish() throws Exception {
        UUID job = coordinator.submit("sha256_chain", SOME_SECONDS);
        try (var miner = miner("run")) {
            awaitRunning(job);
            miner.signal("TERM");
            assertThat(miner.awaitEnd()).isZero();
            assertThat(coordinator.proof(job)).isPresent();
            assertThat(coordinator.drains()).isEqualTo(1);
            assertThat(miner.log()).contains("agent.draining", "agent.ended proved=1");
        }
    }

    @Test
    void the_second_signal_ends_at_once() throws Exception {
        UUID job = coordinator.submit("sha256_chain", FOR_EVER);
        try (var miner = miner("run")) {
            awaitRunning(job);
            List<ProcessHandle> children = children();
            assertThat(children).hasSize(1);
            miner.signal("TERM");
            coordinator.awaitTrue("the drain", c -> c.drains() == 1);
            assertThat(miner.isAlive()).isTrue();
            miner.signal("TERM");
            assertThat(miner.awaitEnd()).isZero();
            assertThat(children).noneMatch(ProcessHandle::isAlive);
            assertThat(coordinator.proof(job)).isEmpty();
        }
    }

    @Test
    void a_killed_agent_takes_its_jobs_with_it_and_the_next_one_starts_clean() throws Exception {
        UUID job = coordinator.submit("sha256_chain", FOR_EVER);
        List<ProcessHandle> children;
        try (var miner = miner("run")) {
            awaitRunning(job);
            children = children();
            assertThat(children).hasSize(1);
            miner.signal("KILL");
            miner.awaitEnd();
        }
        coordinator.awaitTrue(
                "the death of the orphan", any -> children.stream().noneMatch(ProcessHandle::isAlive));
        int before = coordinator.heartbeats().size();
        try (var next = miner("run")) {
            UUID second = coordinator.submit("sha256_chain", Map.of("seed", "pit", "length", 10));
            coordinator.await("a proof", () -> coordinator.proof(second));
            assertThat(temp.resolve("work").resolve(job.toString())).doesNotExist();
            coordinator.awaitTrue(
                    "a heartbeat of the next agent", c -> c.heartbeats().size() > before);
            assertThat(coordinator
                            .heartbeats()
                            .subList(before, coordinator.heartbeats().size()))
                    .allSatisfy(beat -> assertThat(beat.running())
                            .noneMatch(running -> running.id().equals(job)));
            assertThat(next.isAlive()).isTrue();
        }
    }

    private Address withNodeKey() throws Exception {
        Path password = Files.writeString(temp.resolve("password"), "correct horse");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        environment.put("WALLET_PASSWORD_FILE", password.toString());
        environment.put("WALLET_FILE", temp.resolve(UUID.randomUUID() + ".json").toString());
        try (var wallet = miner("wallet", "create", "--json")) {
            assertThat(wallet.awaitEnd()).isZero();
            String text = Json.tree(wallet.log().strip().getBytes(StandardCharsets.UTF_8))
                    .path("address")
                    .asText();
            return Address.parse(text).orElseThrow();
        }
    }

    @Test
    void a_killed_agent_takes_its_prover_with_it_and_the_next_one_proves_anew() throws Exception {
        TestChallenges challenges = coordinator.challenges();
        challenges.refuseCommitments(503);
        Challenge challenge = TestValidator.challenge(withNodeKey(), 512);
        challenges.offer(challenge);
        List<ProcessHandle> provers;
        try (var miner = miner("run")) {
            challenges.await("a commitment", () -> challenges.calls("POST commitment") > 0);
            provers = miner.descendants().stream()
                    .filter(process -> process.info().commandLine().orElse("").contains(ProverProcess.class.getName()))
                    .toList();
            assertThat(provers).hasSize(1);
            coordinator.awaitTrue("the status file", any -> read("status.json").contains("COMMITTING"));
            try (var status = miner("status")) {
                assertThat(status.awaitEnd()).isZero();
                assertThat(status.log())
                        .contains("challenges   0 answered, 0 refused, 0 failed")
                        .contains("challenge    " + challenge.id() + " of size 512 COMMITTING 100 %");
            }
            miner.signal("KILL");
            miner.awaitEnd();
        }
        coordinator.awaitTrue("the death of the orphan", any -> provers.stream().noneMatch(ProcessHandle::isAlive));
        challenges.refuseCommitments(0);
        try (var next = miner("run")) {
            challenges.await("an answer", () -> challenges.heard(challenge.id()).opening() != null);
            assertThat(TestValidator.fault(challenge, challenges.heard(challenge.id())))
                    .isEmpty();
            coordinator.awaitTrue("its log", any -> next.log().contains("challenge.answered id=" + challenge.id()));
            assertThat(next.log()).doesNotContain("correct horse");
        }
    }

    @Test
    void status_shows_the_running_agent_and_a_second_one_is_refused() throws Exception {
        UUID job = coordinator.submit("sha256_chain", FOR_EVER);
        try (var miner = miner("run")) {
            awaitRunning(job);
            coordinator.awaitTrue("the status file", any -> read("status.json").contains(job.toString()));
            try (var status = miner("status")) {
                assertThat(status.awaitEnd()).isZero();
                assertThat(status.log()).contains("jar-miner", "connected", job.toString(), "sha256_chain: ok");
            }
            try (var second = miner("run")) {
                assertThat(second.awaitEnd()).isEqualTo(2);
                assertThat(second.log()).contains("another miner works in WORK_DIR");
            }
            assertThat(miner.log()).doesNotContain(TestCoordinator.KEY);
        }
    }

    private String read(String name) {
        try {
            return Files.readString(temp.resolve("work").resolve(name));
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void check_tells_what_is_well_and_what_is_not() throws Exception {
        try (var check = miner("check", "--json")) {
            assertThat(check.awaitEnd()).isZero();
            assertThat(check.log())
                    .contains("\"ok\":true", "sha256_chain", "torch_bench", "takes the key", "down_megabits_per_s")
                    .contains(
                            "one of size 1,024 is proved in",
                            "seconds_of_1024",
                            "a file of 64 MiB in",
                            "nobody challenges a node without");
        }
        environment.put("WORKLOADS", "sha256_chain,llm");
        environment.put("CHALLENGE_CPUS", "0");
        try (var check = miner("check")) {
            assertThat(check.awaitEnd()).isEqualTo(1);
            assertThat(check.log())
                    .contains("ok    sha256_chain: runs", "ok    torch_bench: left out", "fail  llm")
                    .contains("ok    challenges: left out by CHALLENGE_CPUS");
        }
        coordinator.goAway();
        try (var check = miner("check")) {
            assertThat(check.awaitEnd()).isEqualTo(1);
            assertThat(check.log()).contains("fail  coordinator", "fix: check COORD_URL");
        }
        coordinator.comeBack();
    }

    @Test
    void log_lines_of_a_run_are_json_when_asked() throws Exception {
        try (var miner = miner("run", "--json")) {
            coordinator.awaitTrue("a registration", c -> !c.registrations().isEmpty());
            miner.signal("TERM");
            assertThat(miner.awaitEnd()).isZero();
            for (String line : miner.log().lines().toList()) {
                assertThat(Json.tree(line.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                                .path("message")
                                .asText())
                        .isNotBlank();
            }
        }
    }
}
