package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.testing.DockerEngine;
import io.pithead.testing.NeedsEngine;
import io.pithead.testing.Scratch;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A buyer's task on a real engine, through a real server and a real miner. */
@NeedsEngine
@ExtendWith(SharedServer.class)
class ContainerStoryIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final String IMAGE = "ubuntu:latest";
    private static @Nullable DockerEngine engine;
    private static Path folder;
    private static Tenant tenant;
    /** One for all: a node whose miner has just ended would still be given tasks for a while. */
    private static @Nullable Server miner;

    private static String minerId;

    @BeforeAll
    static void engine() throws Exception {
        // a socket's path is short
        folder = Scratch.folder("pe2e");
        engine = DockerEngine.start(folder.resolve("d"));
        engine.importBusybox(IMAGE);
        tenant = SharedServer.operator().tenant("containers").deposit("1000");
        minerId = SharedServer.name("docker");
        miner = startMiner();
    }

    @AfterAll
    static void stop() throws Exception {
        if (miner != null) {
            miner.kill();
        }
        if (engine != null) {
            engine.close();
        }
    }

    private static Server startMiner() throws IOException {
        Path key = folder.resolve(minerId + ".key");
        if (!Files.exists(key)) {
            Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(key, tenant.miner().key());
        }
        return Server.start(
                "docker-miner",
                Map.of(
                        "COORD_URL", SharedServer.pithead().http().toString(),
                        "API_KEY_FILE", key.toString(),
                        "MINER_ID", minerId,
                        "WORK_DIR", folder.resolve("w").toString(),
                        "MAX_CONCURRENCY", "3",
                        "DOCKER_HOST", Objects.requireNonNull(engine).host()),
                List.of(
                        Server.java(),
                        "-jar",
                        Server.file("pithead.miner").toString(),
                        "run",
                        "--config",
                        "/dev/null"));
    }

    private static JsonNode create(Map<String, ?> more) {
        // only a machine that states its processor fits: this one, and none that a test plays by hand
        var request = new HashMap<String, Object>(
                Map.of("name", minerId, "image", IMAGE, "replicas", 1, "price", "2", "requirements", "cpu:cores=1"));
        request.putAll(more);
        return tenant.buyer().post("/tasks", request).expect(201).body().get("task");
    }

    private static JsonNode look(JsonNode task) {
        return tenant.buyer()
                .get("/tasks/" + task.get("id").asText())
                .expect(200)
                .body()
                .get("task");
    }

    private static JsonNode await(JsonNode task, String state) {
        Await.until(
                "the task to be " + state,
                SOON,
                () -> look(task).get("state").asText().equals(state));
        return look(task);
    }

    private static String docker(String... words) throws Exception {
        return Objects.requireNonNull(engine).docker(words).strip();
    }

    private static long used(JsonNode task, String what) {
        return tenant.buyer()
                .get("/nodes/" + task.at("/nodes/0/address").asText() + "/metrics")
                .expect(200)
                .body()
                .at("/metrics/" + task.get("id").asText() + "/" + what)
                .asLong();
    }

    private static String job(JsonNode task) {
        return task.at("/nodes/0/job").asText();
    }

    @Test
    void the_readmes_task_runs_until_it_is_deleted_with_nothing_it_need_not_have() throws Exception {
        JsonNode task = await(create(Map.of()), "RUNNING");
        String id = docker(
                "ps",
                "-q",
                "--no-trunc",
                "--filter",
                "label=pithead.task=" + task.get("id").asText());
        assertThat(id).isEqualTo(task.at("/nodes/0/container_id").asText());
        String facts = docker("inspect", "--format", "{{json .HostConfig}} {{json .Config}}", id);
        assertThat(facts)
                .contains(
                        "\"CapDrop\":[\"ALL\"]", "no-new-privileges", "\"ReadonlyRootfs\":true", "\"Privileged\":false")
                .contains("\"Cmd\":[\"sleep\",\"infinity\"]")
                .doesNotContain("\"NetworkMode\":\"host\"", "docker.sock");
        Await.until(
                "its node to tell what it uses", SOON, () -> used(task, "memory_bytes") > 0 && used(task, "pids") > 0);
        tenant.buyer()
                .send("DELETE", "/tasks/" + task.get("id").asText(), new byte[0])
                .expect(200);
        await(task, "STOPPED");
        Await.until(
                "the container to be gone",
                SOON,
                () -> docker("ps", "-aq", "--filter", "id=" + id).isEmpty());
    }

    @Test
    void output_is_followed_while_it_comes_and_the_end_is_paid() throws Exception {
        JsonNode task = create(Map.of(
                "cmd",
                List.of("sh", "-c", "for i in 1 2 3 4 5 6; do echo out $i; echo err $i >&2; sleep 3; done"),
                "env_vars",
                Map.of("WHERE", "${NODE_ADDRESS}"),
                "secrets",
                Map.of("TOKEN", "hush-hush")));
        JsonNode running = await(task, "RUNNING");
        var lines = new LinkedBlockingQueue<String>();
        HttpRequest follow = HttpRequest.newBuilder(
                        URI.create(SharedServer.pithead().http() + "/v1/jobs/" + job(running) + "/logs/follow"))
                .header("Authorization", "Bearer " + tenant.buyer().key())
                .header("Accept", "text/event-stream")
                .build();
        Thread reader = Thread.ofVirtual().start(() -> {
            try (Stream<String> body = HttpClient.newHttpClient()
                    .send(follow, BodyHandlers.ofLines())
                    .body()) {
                body.filter(line -> line.startsWith("data: ")).forEach(lines::add);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        String first = lines.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(first).isNotNull().contains("stdout F out 1");
        assertThat(look(task).get("state").asText())
                .as("it is read while it runs")
                .isEqualTo("RUNNING");
        JsonNode done = await(task, "COMPLETED");
        reader.join(SOON);
        assertThat(String.join("", lines)).contains("out 6", "stderr F err 6").doesNotContain("hush-hush");
        assertThat(done.at("/nodes/0/exit_code").asInt(-1)).isZero();
        tenant.buyer().get("/v1/jobs/" + job(done) + "/receipt").expect(200);
    }

    @Test
    void a_container_outlives_its_miner_and_is_taken_over_by_the_next_one() throws Exception {
        JsonNode task = await(create(Map.of()), "RUNNING");
        String before = task.at("/nodes/0/container_id").asText();
        Objects.requireNonNull(miner).kill();
        assertThat(docker("inspect", "--format", "{{.State.Running}}", before)).isEqualTo("true");
        miner = startMiner();
        tenant.buyer()
                .post("/nodes/" + task.at("/nodes/0/address").asText() + "/restart", Map.of())
                .expect(200);
        Await.until(
                "the next miner to carry out the order",
                SOON,
                () -> !docker(
                                        "ps",
                                        "-q",
                                        "--no-trunc",
                                        "--filter",
                                        "label=pithead.task=" + task.get("id").asText())
                                .isEmpty()
                        && look(task)
                                .at("/nodes/0/container_id")
                                .asText()
                                .equals(docker(
                                        "ps",
                                        "-q",
                                        "--no-trunc",
                                        "--filter",
                                        "label=pithead.task=" + task.get("id").asText())));
        assertThat(look(task).get("state").asText()).isEqualTo("RUNNING");
        assertThat(job(look(task))).as("the same job goes on").isEqualTo(job(task));
        tenant.buyer()
                .post("/tasks/" + task.get("id").asText() + "/stop", Map.of())
                .expect(200);
        Await.until(
                "nothing of the task to be left",
                SOON,
                () -> docker(
                                "ps",
                                "-aq",
                                "--filter",
                                "label=pithead.task=" + task.get("id").asText())
                        .isEmpty());
    }

    @Test
    void a_paused_container_holds_still_and_goes_on() throws Exception {
        JsonNode task = await(create(Map.of()), "RUNNING");
        String path = "/tasks/" + task.get("id").asText();
        tenant.buyer().post(path + "/pause", Map.of()).expect(200);
        await(task, "PAUSED");
        String id = task.at("/nodes/0/container_id").asText();
        assertThat(docker("inspect", "--format", "{{.State.Paused}}", id)).isEqualTo("true");
        tenant.buyer().post(path + "/resume", Map.of()).expect(200);
        await(task, "RUNNING");
        assertThat(docker("inspect", "--format", "{{.State.Paused}}", id)).isEqualTo("false");
        tenant.buyer().post(path + "/stop", Map.of()).expect(200);
    }

    @Test
    void a_failure_says_why_and_its_output_is_kept() throws Exception {
        JsonNode task = await(create(Map.of("cmd", List.of("sh", "-c", "echo all is lost >&2; exit 7"))), "FAILED");
        assertThat(task.at("/nodes/0/reason").asText()).contains("EXIT_7");
        assertThat(tenant.buyer()
                        .get("/v1/jobs/" + job(task) + "/logs?view=clean")
                        .expect(200)
                        .text())
                .contains("all is lost");
        assertThat(tenant.state(job(task))).isEqualTo("FAILED");
    }
}
