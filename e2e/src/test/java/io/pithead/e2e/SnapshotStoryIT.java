package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.testing.DockerEngine;
import io.pithead.testing.NeedsEngine;
import io.pithead.testing.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a task keeps outlives the node it ran on. */
@NeedsEngine
class SnapshotStoryIT {
    private static final Duration SOON = Duration.ofSeconds(120);
    private static final String IMAGE = "ubuntu:latest";
    private static final String COUNT =
            "n=0; [ -r /data/n ] && read -r n < /data/n; echo began with $n; while true; do n=$((n+1)); echo $n > /data/n;"
                    + " sleep 1; done";
    private static final Pattern BEGAN = Pattern.compile("began with ([0-9]+)");

    @TempDir
    private Path temp;

    private Tenant tenant;
    private PitheadProcess pithead;
    private DockerEngine engine;

    @BeforeEach
    void start() throws Exception {
        // a socket's path is short
        engine = DockerEngine.start(Scratch.folder("psnap").resolve("d"));
        engine.importBusybox(IMAGE);
        pithead = PitheadProcess.start(
                temp.resolve("data"),
                "pithead.ledger.auto-deposit=true",
                "pithead.lease.ttl=PT6S",
                "pithead.lease.disconnect-grace=PT10S");
        tenant = Operator.of(Api.open(pithead.http()), pithead.data())
                .tenant("keeper")
                .deposit("1000");
    }

    @AfterEach
    void stop() throws Exception {
        pithead.close();
        engine.close();
    }

    @Test
    void another_node_goes_on_with_the_data_of_one_that_died() throws Exception {
        Server first = miner("first");
        try {
            JsonNode task = create();
            JsonNode running = await(task, "", "RUNNING");
            String lost = running.at("/nodes/0/address").asText();
            first.await("a snapshot", SOON, () -> first.output().contains("snapshot.taken"));
            // the machine dies with all that runs on it
            first.kill();
            engine.docker("rm", "-f", running.at("/nodes/0/container_id").asText());
            Server second = miner("second");
            try {
                JsonNode moved = await(task, lost, "RUNNING");
                String address = moved.at("/nodes/0/address").asText();
                assertThat(address).isNotEqualTo(lost);
                assertThat(began(address)).isPositive();
                assertThat(second.output()).contains("snapshot.restored");
            } finally {
                second.kill();
            }
        } finally {
            first.kill();
        }
    }

    private Server miner(String name) throws IOException {
        Path key = temp.resolve(name + ".key");
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, tenant.miner().key());
        return Server.start(
                "miner-" + name,
                Map.of(
                        "COORD_URL", pithead.http().toString(),
                        "API_KEY_FILE", key.toString(),
                        "MINER_ID", name,
                        "WORK_DIR", temp.resolve(name).toString(),
                        "SNAPSHOT_SECS", "2",
                        "DOCKER_HOST", engine.host()),
                List.of(
                        Server.java(),
                        "-jar",
                        Server.file("pithead.miner").toString(),
                        "run",
                        "--config",
                        "/dev/null"));
    }

    private JsonNode create() {
        Map<String, Object> request = Map.of(
                "name", "counter", "image", IMAGE, "replicas", 1, "price", "2", "cmd", List.of("sh", "-c", COUNT));
        return tenant.buyer().post("/tasks", request).expect(201).body().get("task");
    }

    private JsonNode look(JsonNode task) {
        return tenant.buyer()
                .get("/tasks/" + task.get("id").asText())
                .expect(200)
                .body()
                .get("task");
    }

    private JsonNode await(JsonNode task, String notOn, String state) {
        Await.until("the task to be " + state, SOON, () -> {
            JsonNode now = look(task);
            return now.at("/nodes/0/state").asText().equals(state)
                    && !now.at("/nodes/0/address").asText().equals(notOn);
        });
        return look(task);
    }

    private int began(String address) {
        int[] found = {-1};
        Await.until("what it began with", SOON, () -> {
            Matcher began = BEGAN.matcher(tenant.buyer()
                    .get("/nodes/" + address + "/logs")
                    .expect(200)
                    .body()
                    .get("logs")
                    .asText());
            if (began.find()) {
                found[0] = Integer.parseInt(began.group(1));
            }
            return found[0] >= 0;
        });
        return found[0];
    }
}
