package io.pithead.miner;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.config.Key;
import io.pithead.miner.testing.TestAgent;
import io.pithead.miner.testing.TestCoordinator;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.InputRef;
import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.job.ProofClaim;
import io.pithead.protocol.job.WorkRequest;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.receipt.Receipts;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent against a coordinator that listens on a socket, with jobs in real child processes. */
class AgentIT {
    private static final Duration SHORT_LEASE = Duration.ofSeconds(6);

    @TempDir
    private Path temp;

    private TestCoordinator coordinator;
    private Path workDir;

    @BeforeEach
    void startCoordinator() throws IOException {
        coordinator = new TestCoordinator();
        workDir = temp.resolve("work");
    }

    @AfterEach
    void stopCoordinator() {
        coordinator.close();
    }

    private TestAgent agent() throws Exception {
        return agent(Map.of());
    }

    private TestAgent agent(Map<Key, String> settings) throws Exception {
        return TestAgent.start(coordinator, workDir, settings);
    }

    private UUID misbehave(String act, Path mark, int size) {
        return misbehave(act, mark, size, JobLimits.NONE, List.of());
    }

    private UUID misbehave(String act, Path mark, int size, JobLimits limits, List<InputRef> inputs) {
        return coordinator.submit(
                "misbehave", Map.of("act", act, "mark", mark.toString(), "size", size), limits, inputs);
    }

    private Proof proof(UUID job) throws InterruptedException {
        return coordinator.await("a proof", () -> coordinator.proof(job));
    }

    private Failure failure(UUID job) throws InterruptedException {
        return coordinator.await(
                "a failure",
                () -> coordinator.failures().stream()
                        .filter(failure -> failure.id().equals(job))
                        .findFirst());
    }

    private long pidIn(Path mark) throws InterruptedException {
        return coordinator.await("a pid in " + mark, () -> {
            try {
                String text = Files.exists(mark) ? Files.readString(mark).strip() : "";
                return text.isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(text));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void awaitDeath(long pid) throws InterruptedException {
        coordinator.awaitTrue("the death of " + pid, any -> !isAlive(pid));
    }

    /** A zombie that nobody has waited for yet is dead. */
    private static boolean isAlive(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }

    private List<Path> jobFolders() throws IOException {
        try (Stream<Path> entries = Files.list(workDir)) {
            return entries.filter(entry -> entry.getFileName().toString().length() == 36)
                    .toList();
        }
    }

    @Test
    void a_job_is_run_proved_and_its_receipt_kept() throws Exception {
        try (var agent = agent()) {
            UUID job = coordinator.submit("sha256_chain", Map.of("seed", "pit", "length", 1_000));
            Proof proof = proof(job);
            String output = proof.output() == null ? "" : proof.output().textValue();
            assertThat(output).startsWith("sha256_chain length=1000 final=").endsWith("\n");
            assertThat(proof.outputSha()).isEqualTo(Digests.sha256Hex(output.getBytes(StandardCharsets.UTF_8)));
            assertThat(proof.metrics()).containsKeys("wall_s", "cpu_s", "peak_rss_mb", "work");
            Path receipt = workDir.resolve("receipts").resolve(job + ".json");
            coordinator.awaitTrue("the receipt", any -> Files.exists(receipt));
            JsonNode kept = Json.tree(Files.readAllBytes(receipt));
            assertThat(Receipts.problems(kept, coordinator.keys())).isEmpty();
            assertThat(agent.hasEnded()).isFalse();
        }
        assertThat(coordinator.registrations().getLast().workloads()).contains("sha256_chain", "misbehave");
        assertThat(coordinator.registrations().getLast().renews()).isTrue();
        assertThat(jobFolders()).isEmpty();
    }

    @Test
    void slots_are_filled_and_never_overfilled() throws Exception {
        try (var agent = agent(Map.of(Key.MAX_CONCURRENCY, "2"))) {
            UUID first = misbehave("hang", temp.resolve("a"), 0);
            UUID second = misbehave("hang", temp.resolve("b"), 0);
            UUID third = misbehave("hang", temp.resolve("c"), 0);
            pidIn(temp.resolve("a"));
            pidIn(temp.resolve("b"));
            coordinator.awaitTrue(
                    "a heartbeat with both",
                    c -> c.heartbeats().stream()
                            .anyMatch(beat ->
                                    beat.running() != null && beat.running().size() == 2));
            assertThat(coordinator.isLeased(first)).isTrue();
            assertThat(coordinator.isLeased(second)).isTrue();
            assertThat(coordinator.isLeased(third)).isFalse();
            assertThat(agent.hasEnded()).isFalse();
        }
    }

    @Test
    void a_proof_is_signed_with_the_nodes_key_if_it_has_one() throws Exception {
        WalletKey key = WalletKey.generate(new SecureRandom());
        try (var agent = TestAgent.start(coordinator, workDir, Map.of(), Optional.of(key))) {
            Proof proof = proof(coordinator.submit("sha256_chain", Map.of("seed", "pit", "length", 3)));
            String address = key.address().text();
            assertThat(ProofClaim.of(proof, address).isSignedBy(address)).isTrue();
            assertThat(proof.requestSha())
                    .isEqualTo(WorkRequest.digest(
                            "{\"params\":{\"length\":3,\"seed\":\"pit\"},\"workload\":\"sha256_chain\"}"));
            assertThat(agent.hasEnded()).isFalse();
        }
    }

    @Test
    void wrong_parameters_fail_for_good_and_say_which() throws Exception {
        try (var agent = agent()) {
            Failure failure = failure(coordinator.submit("sha256_chain", Map.of("seed", "pit", "length", 0)));
            assertThat(failure.code()).isEqualTo("INVALID_PARAMS");
            assertThat(failure.message()).contains("length");
            assertThat(failure.retryable()).isFalse();
            assertThat(agent.hasEnded()).isFalse();
        }
    }

    @Test
    void a_process_that_dies_is_reported_with_its_exit_code() throws Exception {
        try (var agent = agent()) {
            Failure failure = failure(misbehave("die", temp, 0));
            assertThat(failure.code()).isEqualTo("CRASHED");
            assertThat(failure.message()).contains("code 9");
            assertThat(failure.retryable()).isTrue();
            assertThat(agent.hasEnded()).isFalse();
        }
    }

    @Test
    void what_a_job_prints_is_brought_before_its_result_whatever_it_prints() throws Exception {
        try (var agent = agent()) {
            UUID job = misbehave("say", temp, 100_000);
            assertThat(failure(job).message()).contains("and died");
            List<String> lines = coordinator.log(job).lines();
            assertThat(lines.getFirst()).isEqualTo("said " + temp);
            assertThat(lines.getLast()).isEqualTo("and died");
            // a long line comes in pieces
            assertThat(lines).hasSizeGreaterThan(5);
            assertThat(String.join("", lines.subList(1, lines.size() - 1))).isEqualTo("x".repeat(100_000));
            assertThat(agent.hasEnded()).isFalse();
        }
    }

    @Test
    void a_cancelled_job_dies_with_everything_it_started() throws Exception {
        try (var agent = agent()) {
            Path mark = temp.resolve("mark");
            UUID job = misbehave("fork", mark, 0);
            long grandchild = pidIn(mark);
            long child = pidIn(temp.resolve("mark.self"));
            assertThat(isAlive(grandchild)).isTrue();
            coordinator.cancel(job);
            awaitDeath(child);
            awaitDeath(grandchild);
            coordinator.awaitTrue(
                    "an empty heartbeat",
                    c -> c.heartbeats().getLast().running() != null
                            && c.heartbeats().getLast().running().isEmpty());
            assertThat(coordinator.failures()).isEmpty();
            assertThat(agent.hasEnded()).isFalse();
        }
        assertThat(jobFolders()).isEmpty();
    }

    @Test
    void a_job_whose_lease_was_given_on_is_stopped_and_its_result_dropped() throws Exception {
        try (var agent = agent()) {
            Path mark = temp.resolve("mark");
            UUID job = misbehave("hang", mark, 0);
            long child = pidIn(mark);
            coordinator.takeBack(job);
            awaitDeath(child);
            assertThat(coordinator.proof(job)).isEmpty();
            assertThat(agent.hasEnded()).isFalse();
        }
    }

    @Test
    void a_job_is_stopped_before_its_lease_runs_out_while_the_coordinator_is_away() throws Exception {
        coordinator.leaseFor(SHORT_LEASE);
        try (var agent = agent()) {
            Path mark = temp.resolve("mark");
            misbehave("hang", mark, 0);
            long child = pidIn(mark);
            coordinator.goAway();
            awaitDeath(child);
            assertThat(agent.hasEnded()).isFalse();
        }
    }

    @Test
    void a_job_outlives_its_first_lease_by_renewal_even_if_the_clocks_disagree() throws Exception {
        coordinator.leaseFor(Duration.ofSeconds(3));
        coordinator.skewClock(Duration.ofMinutes(-5));
        try (var agent = agent()) {
            Path mark = temp.resolve("mark");
            UUID job = misbehave("hang", mark, 0);
            long child = pidIn(mark);
            int before = coordinator.heartbeats().size();
            coordinator.awaitTrue("six more heartbeats", c -> c.heartbeats().size() >= before + 6);
            assertThat(isAlive(child)).isTrue();
            assertThat(coordinator.isLeased(job)).isTrue();
            assertThat(agent.hasEnded()).isFalse();
        }
    }

    @Test
    void a_result_survives_the_coordinators_absence() throws Exception {
        try (var agent = agent()) {
            coordinator.awaitTrue("a poll", c -> !c.registrations().isEmpty());
            UUID job = coordinator.submit("sha256_chain", Map.of("seed", "pit", "length", 3_000_000));
            // leased is not offered: an answer that was cut off would leave nothing to survive
            coordinator.awaitTrue("the job's start", any -> Files.exists(workDir.resolve(job.toString())));
            coordinator.goAway();
            awaitSpooled();
            coordinator.comeBack();
            assertThat(proof(job).outputSha()).hasSize(64);
            assertThat(agent.hasEnded()).isFalse();
        }
    }

    private void awaitSpooled() throws InterruptedException {
        coordinator.awaitTrue("a spooled result", any -> {
            try (Stream<Path> spooled = Files.list(workDir.resolve("spool"))) {
                return spooled.anyMatch(file -> file.toString().endsWith(".json"));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void a_result_survives_the_miners_restart() throws Exception {
        UUID job;
        try (var agent = agent()) {
            coordinator.awaitTrue("a poll", c -> !c.registrations().isEmpty());
            job = coordinator.submit("sha256_chain", Map.of("seed", "pit", "length", 1_000));
            coordinator.awaitTrue("the lease", c -> c.isLeased(job));
            coordinator.refuseAll(503);
            awaitSpooled();
            assertThat(agent.hasEnded()).isFalse();
        }
        coordinator.refuseAll(0);
        assertThat(coordinator.proof(job)).isEmpty();
        try (var second = agent()) {
            assertThat(proof(job).outputSha()).hasSize(64);
            assertThat(second.hasEnded()).isFalse();
        }
    }

    @Test
    void a_large_output_is_uploaded_and_a_broken_upload_goes_on() throws Exception {
        try (var agent = agent()) {
            coordinator.artifacts().breakOff(1);
            UUID job = misbehave("write", temp, 400_000);
            Proof proof = proof(job);
            assertThat(proof.output()).isNull();
            InputRef artifact = requireNonNull(proof.artifacts()).getFirst();
            assertThat(artifact.sha256()).isEqualTo(proof.outputSha());
            assertThat(artifact.size()).isEqualTo(400_000);
            assertThat(coordinator.artifacts().get(artifact.sha256())).hasSize(400_000);
            assertThat(coordinator.artifacts().resumed()).isEqualTo(1);
            assertThat(agent.hasEnded()).isFalse();
        }
    }

    @Test
    void inputs_are_fetched_and_a_broken_transfer_goes_on() throws Exception {
        byte[] bytes = "input ".repeat(50_000).getBytes(StandardCharsets.UTF_8);
        String sha = coordinator.artifacts().add(bytes);
        coordinator.artifacts().breakOff(2);
        try (var agent = agent()) {
            UUID job = misbehave(
                    "copy", temp, 0, JobLimits.NONE, List.of(new InputRef(sha, (long) bytes.length, "data.bin")));
            assertThat(requireNonNull(proof(job).output()).textValue()).isEqualTo("data.bin=" + bytes.length + "\n");
            assertThat(coordinator.artifacts().resumed()).isEqualTo(2);
            assertThat(agent.hasEnded()).isFalse();
        }
    }

    @Test
    void a_job_that_runs_too_long_is_ended() throws Exception {
        try (var agent = agent()) {
            Path mark = temp.resolve("mark");
            UUID job = misbehave("fork", mark, 0, new JobLimits(null, null, null, 4L), List.of());
            long grandchild = pidIn(mark);
            assertThat(failure(job).code()).isEqualTo("TIME_LIMIT");
            awaitDeath(grandchild);
            assertThat(agent.hasEnded()).isFalse();
        }
    }

    @Test
    void a_job_that_takes_too_much_memory_is_ended() throws Exception {
        try (var agent = agent()) {
            Failure failure = failure(misbehave("hoard", temp, 0, new JobLimits(null, 150L, null, null), List.of()));
            assertThat(failure.code()).isEqualTo("MEMORY_LIMIT");
            assertThat(failure.message()).contains("150 MiB");
            assertThat(agent.hasEnded()).isFalse();
        }
    }

    @Test
    void a_job_that_burns_every_core_is_ended_by_its_processor_limit_while_the_agent_beats_on() throws Exception {
        try (var agent = agent()) {
            Path mark = temp.resolve("mark");
            UUID job = misbehave("burn", mark, 0, new JobLimits(null, null, 3_000L, null), List.of());
            coordinator.awaitTrue("the burning", any -> Files.exists(mark));
            int before = coordinator.heartbeats().size();
            assertThat(failure(job).code()).isEqualTo("CPU_LIMIT");
            assertThat(coordinator.heartbeats().size()).isGreaterThan(before);
            assertThat(agent.hasEnded()).isFalse();
        }
    }

    @Test
    void a_drained_agent_finishes_what_runs_and_ends() throws Exception {
        try (var agent = agent()) {
            coordinator.awaitTrue("a registration", c -> !c.registrations().isEmpty());
            UUID job = coordinator.submit("sha256_chain", Map.of("seed", "pit", "length", 3_000_000));
            coordinator.awaitTrue("the lease", c -> c.isLeased(job));
            agent.drain();
            coordinator.awaitTrue("the end", any -> agent.hasEnded());
            assertThat(coordinator.proof(job)).isPresent();
            assertThat(coordinator.drains()).isEqualTo(1);
        }
    }
}
