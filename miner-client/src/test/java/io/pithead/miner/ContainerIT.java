package io.pithead.miner;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.config.Key;
import io.pithead.miner.testing.ContainerScene;
import io.pithead.miner.testing.Specs;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.task.ContainerMetrics;
import io.pithead.protocol.task.ContainerOrder;
import io.pithead.protocol.task.ContainerReport;
import io.pithead.protocol.task.ContainerSecrets;
import io.pithead.protocol.task.ContainerState;
import io.pithead.protocol.task.Port;
import io.pithead.protocol.task.Resources;
import io.pithead.protocol.task.RestartPolicy;
import io.pithead.protocol.task.VolumeMount;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Container tasks on a real engine, as they should go. */
@SuppressWarnings("try") // an agent works as long as it is open
class ContainerIT extends ContainerScene {
    @Test
    void a_container_runs_ends_and_is_proved() throws Exception {
        try (var agent = agent()) {
            UUID job = coordinator.submit(Specs.shell("echo hello; exit 0").spec());
            Proof proof = proof(job);
            String output = proof.output() == null ? "" : proof.output().textValue();
            assertThat(proof.outputSha()).isEqualTo(Digests.sha256Hex(output.getBytes(StandardCharsets.UTF_8)));
            JsonNode document = document(proof);
            assertThat(document.path("exit_code").asInt(-1)).isZero();
            assertThat(document.path("restarts").asInt(-1)).isZero();
            assertThat(document.path("image_digest").asText()).startsWith("sha256:");
            assertThat(document.path("finished_at").asText())
                    .isGreaterThan(document.path("started_at").asText());
            assertThat(proof.metrics()).containsKey("wall_ms");
            assertThat(coordinator.log(job).lines()).containsExactly("hello");
            coordinator.awaitTrue(
                    "the container is removed", any -> container(job).isEmpty());
        }
    }

    private static JsonNode document(Proof proof) throws Exception {
        return Json.tree((proof.output() == null ? "" : proof.output().textValue()).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_container_is_closed_in() throws Exception {
        try (var agent = agent()) {
            UUID job = coordinator.submit(Specs.shell("""
                            id -u
                            while read -r name value; do case $name in
                              CapEff:|CapBnd:|CapPrm:|NoNewPrivs:|Seccomp:) echo $name $value;; esac
                            done < /proc/self/status
                            touch /etc/x 2>/dev/null || echo read-only
                            touch /tmp/x /run/x /data/x /shared/x && echo writable
                            cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max 2>/dev/null
                            cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null
                            mknod /tmp/null c 1 3 2>/dev/null || echo no-devices
                            ls /sys/class/net
                            echo $PITHEAD_TASK_ID $PITHEAD_JOB_ID $NODE_ADDRESS $SOCKET
                            """)
                    .env("SOCKET", "at ${SOCKET_PATH}")
                    .env("PITHEAD_JOB_ID", "forged")
                    .resources(new Resources(null, 64L, null, null, null, 50, null))
                    .spec());
            proof(job);
            assertThat(coordinator.log(job).lines())
                    .contains(
                            "0",
                            "CapEff: 0000000000000000",
                            "CapBnd: 0000000000000000",
                            "CapPrm: 0000000000000000",
                            "NoNewPrivs: 1",
                            "Seccomp: 2",
                            "read-only",
                            "writable",
                            "50",
                            Long.toString(64L << 20),
                            "no-devices",
                            "eth0")
                    .anyMatch(line -> line.endsWith(job + " test-miner at /run/pithead/miner.sock"));
        }
    }

    private String user(String image, String policy) throws Exception {
        anotherCoordinator();
        try (var agent = agent(Map.of(Key.CONTAINER_ROOT, policy, Key.CONTAINER_NETWORK, "none"))) {
            UUID job = coordinator.submit(Specs.shell("id -u; id -g; touch /data/mine && echo wrote; ls /sys/class/net")
                    .from(image)
                    .spec());
            proof(job);
            assertThat(coordinator.log(job).lines()).contains("wrote").doesNotContain("eth0");
            return String.join(":", coordinator.log(job).lines().subList(0, 2));
        }
    }

    @Test
    void the_owner_says_as_whom_containers_run() throws Exception {
        engine.importBusybox("busybox:user", "USER 1234:4321");
        engine.importBusybox("busybox:named", "USER nobody");
        assertThat(user(Specs.BASE, "never")).isEqualTo("65534:65534");
        assertThat(user("busybox:named", "never")).isEqualTo("65534:65534");
        assertThat(user("busybox:user", "never")).isEqualTo("1234:4321");
        assertThat(user("busybox:user", "image")).isEqualTo("1234:4321");
        assertThat(user("busybox:user", "always")).isEqualTo("0:0");
    }

    @Test
    void a_failed_container_is_reported_with_its_code_and_last_words() throws Exception {
        try (var agent = agent()) {
            UUID job = coordinator.submit(
                    Specs.shell("echo one; echo two >&2; exit 3").spec());
            Failure failure = failure(job);
            assertThat(failure.code()).isEqualTo("EXIT_3");
            assertThat(failure.message()).contains("code 3").contains("one").contains("two");
            assertThat(failure.retryable()).isTrue();
            assertThat(coordinator.log(job).text()).contains(" stdout F one\n").contains(" stderr F two\n");
        }
    }

    @Test
    void a_program_that_is_not_there_is_the_buyers_mistake() throws Exception {
        try (var agent = agent()) {
            UUID job = coordinator.submit(
                    Specs.image(Specs.BASE).cmd("/no/such/program").spec());
            Failure failure = failure(job);
            assertThat(failure.code()).isEqualTo("START_FAILED");
            assertThat(failure.message()).contains("/no/such/program");
            assertThat(failure.retryable()).isFalse();
            coordinator.awaitTrue(
                    "the container is removed", any -> container(job).isEmpty());
        }
    }

    @Test
    void a_container_that_needs_more_memory_than_it_may_is_ended_by_it_alone() throws Exception {
        try (var agent = agent()) {
            UUID job = coordinator.submit(Specs.shell("exec tail /dev/zero")
                    .resources(new Resources(null, 32L, null, null, null, null, null))
                    .spec());
            Failure failure = failure(job);
            assertThat(failure.code()).isEqualTo("OOM_KILLED");
            assertThat(failure.retryable()).isFalse();
        }
    }

    @Test
    void a_failing_container_starts_again_as_often_as_its_policy_says() throws Exception {
        try (var agent = agent()) {
            UUID job = coordinator.submit(Specs.shell("echo run >> /data/runs; cat /data/runs; exit 1")
                    .restart(new RestartPolicy(RestartPolicy.When.ON_FAILURE, 2, 1))
                    .spec());
            Failure failure = failure(job);
            assertThat(failure.code()).isEqualTo("EXIT_1");
            ContainerReport told = report(job, ContainerState.RESTARTING);
            assertThat(told.exitCode()).isEqualTo(1);
            assertThat(told.restarts()).isEqualTo(1);
            assertThat(coordinator.log(job).lines()).containsExactly("run", "run", "run", "run", "run", "run");
        }
    }

    @Test
    void a_container_that_always_starts_again_does_so_after_a_good_end() throws Exception {
        try (var agent = agent()) {
            UUID job = coordinator.submit(Specs.shell("exit 0")
                    .restart(new RestartPolicy(RestartPolicy.When.ALWAYS, null, 1))
                    .spec());
            coordinator.awaitTrue(
                    "two starts again",
                    c -> c.reports(job).stream()
                            .anyMatch(report -> report.restarts() != null && report.restarts() >= 2));
            assertThat(coordinator.proof(job)).isEmpty();
        }
    }

    @Test
    void an_image_without_a_program_stays_up_until_it_is_stopped() throws Exception {
        try (var agent = agent()) {
            UUID job = coordinator.submit(Specs.image(Specs.BASE).spec());
            ContainerReport told = report(job, ContainerState.RUNNING);
            assertThat(docker("ps", "--no-trunc", "--format", "{{.ID}} {{.Names}} {{.Command}}"))
                    .contains(told.containerId() + " pithead-")
                    .contains("\"sleep infinity\"");
            coordinator.cancel(job);
            coordinator.awaitTrue("the container is gone", any -> container(job).isEmpty());
            assertThat(coordinator.proof(job)).isEmpty();
            assertThat(coordinator.failures()).isEmpty();
        }
    }

    @Test
    void a_stopped_container_is_asked_first() throws Exception {
        try (var agent = agent()) {
            var specs = Specs.shell("trap 'echo asked > /data/asked; exit 0' TERM; while true; do sleep 0.1; done");
            UUID job = coordinator.submit(specs.spec());
            report(job, ContainerState.RUNNING);
            coordinator.cancel(job);
            coordinator.awaitTrue("the container is gone", any -> container(job).isEmpty());
            Path data = workDir.resolve("tasks")
                    .resolve(specs.spec().task().toString())
                    .resolve("data/asked");
            assertThat(data).hasContent("asked\n");
        }
    }

    @Test
    void orders_are_carried_out_once_and_acknowledged_by_their_generation() throws Exception {
        try (var agent = agent()) {
            UUID job = coordinator.submit(Specs.shell("echo start >> /data/starts; while true; do sleep 0.1; done")
                    .spec());
            String id = String.valueOf(report(job, ContainerState.RUNNING).containerId());
            coordinator.order(job, ContainerOrder.PAUSE, 3);
            awaitGeneration(job, 3, ContainerState.PAUSED);
            assertThat(state(id)).isEqualTo("paused");
            // older than what was carried out: nothing changes
            int before = coordinator.heartbeats().size();
            coordinator.order(job, ContainerOrder.RUN, 2);
            coordinator.awaitTrue("heartbeats", c -> c.heartbeats().size() > before + 2);
            assertThat(state(id)).isEqualTo("paused");
            coordinator.order(job, ContainerOrder.RUN, 4);
            awaitGeneration(job, 4, ContainerState.RUNNING);
            assertThat(state(id)).isEqualTo("running");
            coordinator.order(job, ContainerOrder.RESTART, 5);
            awaitGeneration(job, 5, ContainerState.RUNNING);
            assertThat(container(job)).isEqualTo(id);
            assertThat(docker("exec", id, "cat", "/data/starts")).isEqualTo("start\nstart");
            assertThat(coordinator.reports(job).getLast().restarts()).isZero();
            // a paused container can be stopped
            coordinator.order(job, ContainerOrder.PAUSE, 6);
            awaitGeneration(job, 6, ContainerState.PAUSED);
            coordinator.cancel(job);
            coordinator.awaitTrue("the container is gone", any -> container(job).isEmpty());
        }
    }

    private void awaitGeneration(UUID job, long generation, ContainerState state) throws InterruptedException {
        coordinator.awaitTrue(
                "generation " + generation,
                c -> c.reports(job).stream()
                        .anyMatch(report -> report.state() == state
                                && report.generation() != null
                                && report.generation() == generation));
    }

    @Test
    void a_container_ends_when_its_time_is_over() throws Exception {
        try (var agent = agent()) {
            UUID job = coordinator.submit(
                    Specs.shell("trap 'exit 0' TERM; while true; do sleep 0.1; done")
                            .spec(),
                    new JobLimits(null, null, null, 2L));
            assertThat(failure(job).code()).isEqualTo("OVERTIME");
            coordinator.awaitTrue("the container is gone", any -> container(job).isEmpty());
        }
    }

    @Test
    void a_container_ends_when_the_owner_wants_it_to_and_may_go_on_elsewhere() throws Exception {
        try (var agent = agent(Map.of(Key.MAX_RUNTIME_SECS, "2"))) {
            UUID job = coordinator.submit(Specs.shell("trap 'exit 0' TERM; while true; do sleep 0.1; done")
                    .spec());
            Failure failure = failure(job);
            assertThat(failure.code()).isEqualTo("OVERTIME");
            assertThat(failure.retryable()).isTrue();
            coordinator.awaitTrue("the container is gone", any -> container(job).isEmpty());
        }
    }

    @Test
    void what_a_container_uses_goes_with_the_heartbeats() throws Exception {
        try (var agent = agent()) {
            UUID job =
                    coordinator.submit(Specs.shell("head -c 1000000 /dev/zero > /data/f; while true; do sleep 1; done")
                            .spec());
            ContainerMetrics metrics = coordinator.await(
                    "figures of the container",
                    () -> coordinator.heartbeats().stream()
                            .flatMap(beat -> beat.running() == null ? Stream.of() : beat.running().stream())
                            .filter(one -> one.id().equals(job))
                            .flatMap(one -> Optional.ofNullable(one.container()).stream())
                            .findFirst());
            assertThat(metrics.cpuMs()).isNotNull();
            assertThat(metrics.memoryBytes()).isPositive();
            assertThat(metrics.memoryLimitBytes()).isEqualTo(256L << 20);
            assertThat(metrics.pids()).isBetween(1L, 50L);
            assertThat(metrics.networkRxBytes()).isNotNull();
        }
    }

    @Test
    void data_is_the_tasks_and_shared_is_the_buyers() throws Exception {
        UUID task = Ids.next(Instant.now());
        UUID buyer = Ids.next(Instant.now());
        UUID other = Ids.next(Instant.now());
        try (var agent = agent()) {
            proof(coordinator.submit(Specs.shell("echo a > /data/f; echo b > /shared/f; echo c > /m/f")
                    .task(task, buyer)
                    .mounts(new VolumeMount("models/large", "/m", null))
                    .spec()));
            UUID same = coordinator.submit(Specs.shell("cat /data/f /shared/f /m/f; touch /m/x || echo read-only")
                    .task(task, buyer)
                    .mounts(new VolumeMount("models/large", "/m", true))
                    .spec());
            proof(same);
            assertThat(coordinator.log(same).lines()).contains("a", "b", "c", "read-only");
            UUID sibling = coordinator.submit(Specs.shell("ls /data; cat /shared/f")
                    .task(Ids.next(Instant.now()), buyer)
                    .spec());
            proof(sibling);
            assertThat(coordinator.log(sibling).lines()).containsExactly("b");
            UUID stranger = coordinator.submit(Specs.shell("ls /data /shared")
                    .task(Ids.next(Instant.now()), other)
                    .spec());
            proof(stranger);
            assertThat(coordinator.log(stranger).lines()).doesNotContain("f");
        }
    }

    @Test
    void secrets_reach_the_container_and_nothing_on_the_disk() throws Exception {
        try (var agent = agent()) {
            UUID job = coordinator.submit(Specs.shell("echo told ${#TOKEN}; while true; do sleep 0.1; done")
                    .secrets(new ContainerSecrets(Map.of("TOKEN", "hush-hush-hush"), null))
                    .spec());
            report(job, ContainerState.RUNNING);
            coordinator.follow(job, true);
            coordinator.awaitTrue("the log", c -> c.log(job).lines().contains("told 14"));
            try (var files = Files.walk(workDir)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                            .doesNotContain("hush-hush-hush");
                }
            }
            Path record = workDir.resolve("containers");
            try (var files = Files.list(record)) {
                assertThat(files).isNotEmpty();
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(record)))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void output_comes_while_somebody_follows_it() throws Exception {
        try (var agent = agent()) {
            UUID job = coordinator.submit(Specs.shell("i=0; while true; do echo line $i; i=$((i+1)); sleep 0.05; done")
                    .spec());
            report(job, ContainerState.RUNNING);
            int beats = coordinator.heartbeats().size();
            coordinator.awaitTrue("heartbeats", c -> c.heartbeats().size() > beats + 2);
            assertThat(coordinator.log(job).calls()).isZero();
            coordinator.follow(job, true);
            coordinator.awaitTrue("output", c -> c.log(job).lines().size() > 20);
            List<String> lines = coordinator.log(job).lines();
            assertThat(lines).startsWith("line 0", "line 1", "line 2").doesNotHaveDuplicates();
            coordinator.follow(job, false);
            int later = coordinator.heartbeats().size();
            coordinator.awaitTrue("heartbeats", c -> c.heartbeats().size() > later + 2);
            int calls = coordinator.log(job).calls();
            int still = coordinator.heartbeats().size();
            coordinator.awaitTrue("heartbeats", c -> c.heartbeats().size() > still + 2);
            assertThat(coordinator.log(job).calls()).isEqualTo(calls);
        }
    }

    @Test
    void ports_are_opened_where_the_owner_lets_them_be_and_once() throws Exception {
        var port = new Port(8080, freePort(), null);
        try (var agent = agent()) {
            UUID job = coordinator.submit(Specs.shell("true").ports(port).spec());
            assertThat(failure(job).code()).isEqualTo("PORTS_DENIED");
        }
        anotherCoordinator();
        try (var agent = agent(Map.of(Key.CONTAINER_PORTS, "allow"))) {
            UUID first = coordinator.submit(
                    Specs.shell("while true; do sleep 0.1; done").ports(port).spec());
            String id = String.valueOf(report(first, ContainerState.RUNNING).containerId());
            assertThat(docker("port", id)).contains("8080/tcp").contains(":" + port.hostPort());
            UUID second = coordinator.submit(Specs.shell("true").ports(port).spec());
            Failure failure = failure(second);
            assertThat(failure.code()).isEqualTo("PORT_TAKEN");
            assertThat(failure.retryable()).isTrue();
            assertThat(state(id)).isEqualTo("running");
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void what_the_engine_is_goes_with_the_registration() throws Exception {
        try (var agent = agent()) {
            coordinator.awaitTrue(
                    "container work is offered",
                    c -> c.registrations().stream().anyMatch(r -> r.workloads().contains("container")));
            var hardware = requireNonNull(coordinator.registrations().getLast().hardware());
            assertThat(hardware.docker()).isNotNull().satisfies(docker -> {
                assertThat(docker.version()).isEqualTo(docker("version", "--format", "{{.Server.Version}}"));
                assertThat(docker.nvidia()).isFalse();
            });
        }
    }
}
