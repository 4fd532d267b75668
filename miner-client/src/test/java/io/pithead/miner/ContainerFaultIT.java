package io.pithead.miner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pithead.miner.config.Key;
import io.pithead.miner.testing.ContainerScene;
import io.pithead.miner.testing.MinerProcess;
import io.pithead.miner.testing.Specs;
import io.pithead.miner.testing.TestCoordinator;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.task.ContainerSecrets;
import io.pithead.protocol.task.ContainerState;
import io.pithead.protocol.task.PullPolicy;
import io.pithead.protocol.task.RegistryAuth;
import io.pithead.protocol.task.Resources;
import io.pithead.protocol.task.VolumeMount;
import io.pithead.testing.ImageRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Container tasks when something breaks, on a real engine. */
@SuppressWarnings("try") // an agent works as long as it is open
class ContainerFaultIT extends ContainerScene {
    private static final String FOR_EVER = "while true; do sleep 0.1; done";
    private static final String UNTIL_TOLD = "while [ ! -e /data/end ]; do sleep 0.1; done; echo told";

    private Path data(Specs specs) {
        return workDir.resolve("tasks").resolve(specs.spec().task().toString()).resolve("data");
    }

    private String running(UUID job) throws InterruptedException {
        return String.valueOf(report(job, ContainerState.RUNNING).containerId());
    }

    private static String output(Proof proof) {
        return proof.output() == null ? "" : proof.output().textValue();
    }

    @Test
    void an_engine_that_was_stopped_and_started_goes_on_with_its_containers() throws Exception {
        try (var agent = agent()) {
            var specs = Specs.shell("echo start >> /data/starts; " + UNTIL_TOLD);
            UUID job = coordinator.submit(specs.spec());
            String id = running(job);
            engine.stop();
            int beats = coordinator.heartbeats().size();
            coordinator.awaitTrue("heartbeats", c -> c.heartbeats().size() > beats + 3);
            assertThat(coordinator.failures()).isEmpty();
            engine.startAgain();
            coordinator.awaitTrue("a second start", any -> lines(data(specs).resolve("starts")) == 2);
            Files.createFile(data(specs).resolve("end"));
            Proof proof = proof(job);
            assertThat(output(proof)).contains("\"restarts\":0");
            assertThat(coordinator.reports(job).getLast().containerId()).isEqualTo(id);
        }
    }

    private static int lines(Path file) {
        try {
            return Files.readAllLines(file).size();
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void an_engine_that_was_killed_goes_on_with_its_containers() throws Exception {
        try (var agent = agent()) {
            var specs = Specs.shell("echo start >> /data/starts; " + UNTIL_TOLD);
            UUID job = coordinator.submit(specs.spec());
            running(job);
            engine.kill();
            int beats = coordinator.heartbeats().size();
            coordinator.awaitTrue("heartbeats", c -> c.heartbeats().size() > beats + 2);
            engine.startAgain();
            coordinator.awaitTrue("a second start", any -> lines(data(specs).resolve("starts")) == 2);
            Files.createFile(data(specs).resolve("end"));
            assertThat(output(proof(job))).contains("\"restarts\":0");
            assertThat(coordinator.failures()).isEmpty();
        }
    }

    private MinerProcess miner() throws IOException {
        var environment = new HashMap<String, String>();
        settings(Map.of()).forEach((key, value) -> environment.put(key.name(), value));
        environment.put(Key.COORD_URL.name(), coordinator.url().toString());
        environment.put(Key.API_KEY.name(), TestCoordinator.KEY);
        environment.put(Key.MINER_ID.name(), "test-miner");
        environment.put(Key.WORK_DIR.name(), workDir.toString());
        return MinerProcess.start(temp, environment, "run", "--config=/dev/null");
    }

    @Test
    void a_miner_that_was_killed_takes_its_containers_over() throws Exception {
        var specs = Specs.shell("echo start >> /data/starts; " + UNTIL_TOLD);
        UUID runs;
        UUID ended;
        UUID lost;
        String id;
        String goner;
        try (var miner = miner()) {
            runs = coordinator.submit(specs.spec());
            id = running(runs);
            lost = coordinator.submit(Specs.shell(FOR_EVER).spec());
            goner = running(lost);
            ended = coordinator.submit(Specs.shell("sleep 3; echo done").spec());
            running(ended);
            miner.signal("KILL");
            miner.awaitEnd();
        }
        coordinator.awaitTrue("the end of one", any -> state(container(ended)).equals("exited"));
        coordinator.takeBack(lost);
        int beats = coordinator.heartbeats().size();
        try (var miner = miner()) {
            coordinator.awaitTrue("a heartbeat", c -> c.heartbeats().size() > beats);
            assertThat(coordinator.heartbeats().get(beats).running())
                    .extracting(running -> running.id())
                    .contains(runs);
            coordinator.awaitTrue(
                    "the end of the lost one", any -> container(lost).isEmpty());
            assertThat(output(proof(ended))).contains("\"exit_code\":0");
            assertThat(coordinator.log(ended).lines()).containsExactly("done");
            assertThat(state(id)).isEqualTo("running");
            assertThat(goner).isNotEqualTo(id);
            Files.createFile(data(specs).resolve("end"));
            proof(runs);
            assertThat(data(specs).resolve("starts")).hasContent("start\n");
            assertThat(coordinator.log(runs).lines()).containsExactly("told");
            assertThat(coordinator.proof(lost)).isEmpty();
        }
    }

    @Test
    void a_miner_that_drains_leaves_its_containers_to_the_next() throws Exception {
        var specs = Specs.shell(UNTIL_TOLD);
        UUID job;
        String id;
        try (var agent = agent()) {
            job = coordinator.submit(specs.spec());
            id = running(job);
            agent.drain();
            coordinator.awaitTrue("the agent's end", any -> agent.hasEnded());
        }
        assertThat(state(id)).isEqualTo("running");
        try (var agent = agent()) {
            Files.createFile(data(specs).resolve("end"));
            assertThat(output(proof(job))).contains("\"restarts\":0");
        }
    }

    @Test
    void what_nobody_holds_is_removed_and_what_is_not_ours_is_left() throws Exception {
        String foreign = engine.docker("run", "-d", Specs.BASE, "sleep", "1000");
        String alike = engine.docker(
                "run",
                "-d",
                "--name=pithead-x-y",
                "--label=pithead.miner=other@0",
                "--label=pithead.job=x",
                Specs.BASE,
                "sleep",
                "1000");
        UUID job;
        try (var agent = agent()) {
            job = coordinator.submit(Specs.shell(FOR_EVER).spec());
            running(job);
        }
        // its record is lost: nobody knows what it was for
        try (var records = Files.list(workDir.resolve("containers"))) {
            for (Path record : records.toList()) {
                Files.delete(record);
            }
        }
        try (var agent = agent()) {
            coordinator.awaitTrue("its removal", any -> container(job).isEmpty());
            assertThat(state(foreign)).isEqualTo("running");
            assertThat(state(alike)).isEqualTo("running");
        }
    }

    @Test
    void the_coordinators_absence_stops_no_container_and_loses_no_end() throws Exception {
        try (var agent = agent()) {
            var stays = Specs.shell(FOR_EVER);
            UUID first = coordinator.submit(stays.spec());
            String id = running(first);
            var ends = Specs.shell(UNTIL_TOLD);
            UUID second = coordinator.submit(ends.spec());
            running(second);
            coordinator.goAway();
            Files.createFile(data(ends).resolve("end"));
            coordinator.awaitTrue("the result on disk", any -> !spooled().isEmpty());
            assertThat(state(id)).isEqualTo("running");
            coordinator.comeBack();
            proof(second);
            assertThat(coordinator.log(second).lines()).containsExactly("told");
            // no error is an order
            for (int status : new int[] {500, 503, 404, 401, 429}) {
                coordinator.refuseAll(status);
                long until = System.nanoTime() + 1_500_000_000L;
                coordinator.awaitTrue("some refused calls", any -> System.nanoTime() > until);
                assertThat(state(id)).isEqualTo("running");
            }
            coordinator.refuseAll(0);
            int beats = coordinator.heartbeats().size();
            coordinator.awaitTrue("heartbeats", c -> c.heartbeats().size() > beats + 1);
            assertThat(coordinator.heartbeats().getLast().running())
                    .extracting(running -> running.id())
                    .containsExactly(first);
            assertThat(state(id)).isEqualTo("running");
        }
    }

    private List<Path> spooled() {
        try (var files = Files.list(workDir.resolve("spool"))) {
            return files.filter(file -> file.toString().endsWith(".json")).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    @Test
    void a_container_that_forks_without_end_takes_its_own_processes_only() throws Exception {
        try (var agent = agent()) {
            UUID bomb = coordinator.submit(Specs.shell("(b() { b & b; }; b) 2>/dev/null & exec sleep 1000")
                    .resources(new Resources(null, 64L, null, null, null, 40, null))
                    .spec());
            String id = running(bomb);
            UUID other = coordinator.submit(Specs.shell("sleep 1; echo fine").spec());
            proof(other);
            assertThat(coordinator.log(other).lines()).containsExactly("fine");
            assertThat(Integer.parseInt(docker("inspect", "-f", "{{.HostConfig.PidsLimit}}", id)))
                    .isEqualTo(40);
            coordinator.awaitTrue(
                    "its limit", any -> pids(id) <= 40 || !state(id).equals("running"));
            coordinator.cancel(bomb);
            coordinator.awaitTrue("its end", any -> container(bomb).isEmpty());
        }
    }

    private static int pids(String id) {
        String top = docker("top", id, "-eo", "pid");
        return (int) top.lines().skip(1).count();
    }

    @Test
    void a_container_that_fills_the_disk_is_stopped() throws Exception {
        try (var agent = agent()) {
            UUID job = coordinator.submit(
                    Specs.shell("while true; do dd if=/dev/zero bs=1048576 count=4 >> /data/big 2>/dev/null; done")
                            .resources(new Resources(null, null, null, null, null, null, 32L))
                            .spec());
            Failure failure = failure(job);
            assertThat(failure.code()).isEqualTo("DISK_FULL");
            assertThat(failure.retryable()).isFalse();
            coordinator.awaitTrue("its removal", any -> container(job).isEmpty());
        }
    }

    /** 1 GB without one line feed, then bytes that are no text: both ends are kept, and no more than the ring holds. */
    @Test
    void a_line_of_a_gigabyte_and_bytes_that_are_no_text_fill_neither_disk_nor_memory() throws Exception {
        try (var agent = agent()) {
            UUID job = coordinator.submit(
                    Specs.shell("echo begun; tr '\\0' x < /dev/zero | head -c 1000000000; printf '\\377\\376 end'")
                            .spec());
            docker("wait", running(job));
            proof(job);
            List<String> lines = coordinator.log(job).lines();
            assertThat(lines.getFirst()).isEqualTo("begun");
            assertThat(lines.getLast()).endsWith("xxx\ufffd\ufffd end");
            assertThat(coordinator.log(job).text()).hasSizeLessThan(16 << 20);
        }
    }

    @Test
    void a_container_that_ignores_the_signal_is_ended_all_the_same() throws Exception {
        try (var agent = agent()) {
            UUID job = coordinator.submit(
                    Specs.shell("trap '' TERM; while true; do sleep 0.1; done").spec());
            running(job);
            coordinator.cancel(job);
            coordinator.awaitTrue("its removal", any -> container(job).isEmpty());
            assertThat(coordinator.failures()).isEmpty();
        }
    }

    @Test
    void an_image_that_cannot_be_had_is_said_so() throws Exception {
        assumeTrue(
                ImageRegistry.missing().isEmpty(),
                () -> "skipped: " + ImageRegistry.missing().orElse(""));
        try (var registry = ImageRegistry.start(temp.resolve("registry"));
                var agent = agent()) {
            String image = registry.address() + "/team/app";
            engine.docker("tag", Specs.BASE, image + ":1.0");
            engine.docker("login", "-u", ImageRegistry.USER, "-p", ImageRegistry.PASSWORD, registry.address());
            engine.docker("push", image + ":1.0");
            String digest = engine.docker("inspect", "-f", "{{index .RepoDigests 0}}", image + ":1.0");
            engine.docker("logout", registry.address());
            engine.docker("rmi", image + ":1.0");
            var auth = new ContainerSecrets(Map.of(), new RegistryAuth(ImageRegistry.USER, ImageRegistry.PASSWORD));

            assertFails(Specs.image(image + ":2.0").secrets(auth), "IMAGE_NOT_FOUND", false);
            assertFails(Specs.image(image + ":1.0"), "IMAGE_UNAUTHORIZED", false);
            assertFails(
                    Specs.image(image + ":1.0")
                            .secrets(new ContainerSecrets(Map.of(), new RegistryAuth(ImageRegistry.USER, "wrong"))),
                    "IMAGE_UNAUTHORIZED",
                    false);
            assertFails(Specs.image(image + ":1.0").secrets(auth).pull(PullPolicy.NEVER), "IMAGE_NOT_FOUND", true);
            UUID byTag = coordinator.submit(
                    Specs.image(image + ":1.0").cmd("true").secrets(auth).spec());
            assertThat(output(proof(byTag))).contains(digest.substring(digest.indexOf('@') + 1));
            engine.docker("rmi", image + ":1.0");
            UUID byDigest = coordinator.submit(
                    Specs.image(digest).cmd("true").secrets(auth).spec());
            assertThat(output(proof(byDigest))).contains(digest.substring(digest.indexOf('@') + 1));
        }
    }

    private void assertFails(Specs specs, String code, boolean retryable) throws InterruptedException {
        Failure failure = failure(coordinator.submit(specs.spec()));
        assertThat(failure.code()).as(String.valueOf(failure.message())).isEqualTo(code);
        assertThat(failure.retryable()).isEqualTo(retryable);
    }

    @Test
    void an_image_for_another_machine_is_not_started() throws Exception {
        engine.loadEmpty("other:arch", "s390x");
        try (var agent = agent()) {
            assertFails(Specs.image("other:arch").cmd("true"), "IMAGE_WRONG_PLATFORM", true);
        }
    }

    @Test
    void no_mount_leads_out_of_the_tasks_folder() throws Exception {
        UUID task = Ids.next(Instant.now());
        UUID buyer = Ids.next(Instant.now());
        try (var agent = agent()) {
            // the first leaves links where a second's folder could be looked for
            proof(coordinator.submit(Specs.shell("ln -s / /m/b; ln -s /etc /data/sub; ln -s / /shared/x")
                    .task(task, buyer)
                    .mounts(new VolumeMount("a", "/m", null))
                    .spec()));
            UUID second = coordinator.submit(Specs.shell("ls /n; ls /data/sub/ | head -3; echo > /n/mark")
                    .task(task, buyer)
                    .mounts(new VolumeMount("a/b", "/n", null))
                    .spec());
            proof(second);
            // the link in /data is the container's own /etc, which has one file
            assertThat(coordinator.log(second).lines()).doesNotContain("proc", "root", "shadow");
            assertThat(Path.of("/mark")).doesNotExist();
            try (var files = Files.walk(workDir.resolve("tasks"))) {
                assertThat(files.filter(file -> file.endsWith("mark"))).hasSize(1);
            }
            for (String target : List.of("/proc", "/sys/fs", "/dev")) {
                assertFails(Specs.shell("true").mounts(new VolumeMount("a", target, null)), "INVALID_MOUNT", false);
            }
        }
    }
}
