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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a container says through its socket reaches its buyer. */
@NeedsEngine
class FileStoryIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String IMAGE = "ubuntu:latest";
    private static final String SCRIPT = """
            echo weights > /data/model.bin; ln -s /etc/passwd /data/link
            perl -e 'socket(S,1,1,0); connect(S,pack("Sa108",1,$ENV{S})) || die; select S; $|=1;
              for (@ARGV) { print S "$_\\n"; print STDOUT scalar <S> }' \\
              '{"metrics":{"loss":0.5}}' '{"progress":{"percent":40,"note":"half way"}}' '{"file":"/data/link"}' \\
              '{"file":"/data/model.bin"}'
            sleep 1000
            """;

    @TempDir
    private Path temp;

    private Tenant tenant;
    private PitheadProcess pithead;
    private DockerEngine engine;

    @BeforeEach
    void start() throws Exception {
        // a socket's path is short
        engine = DockerEngine.start(Scratch.folder("pfile").resolve("d"));
        engine.importWith("perl", IMAGE);
        pithead = PitheadProcess.start(
                temp.resolve("data"), "pithead.ledger.auto-deposit=true", "pithead.lease.ttl=PT6S");
        tenant = Operator.of(Api.open(pithead.http()), pithead.data())
                .tenant("filer")
                .deposit("1000");
    }

    @AfterEach
    void stop() throws Exception {
        pithead.close();
        engine.close();
    }

    @Test
    void a_file_its_figures_and_its_progress_come_from_inside_a_container() throws Exception {
        Server miner = miner();
        try {
            JsonNode task = tenant.buyer()
                    .post(
                            "/tasks",
                            Map.of(
                                    "name",
                                    "speaker",
                                    "image",
                                    IMAGE,
                                    "replicas",
                                    1,
                                    "price",
                                    "2",
                                    "env_vars",
                                    Map.of("S", "${SOCKET_PATH}"),
                                    "cmd",
                                    List.of("sh", "-c", SCRIPT),
                                    "storage_config",
                                    Map.of("file_name_template", "run-7/${CURRENT_FILE_INDEX}-${ORIGINAL_NAME}")))
                    .expect(201)
                    .body()
                    .get("task");
            String path = "/tasks/" + task.get("id").asText();
            Await.until(
                    "a file",
                    SOON,
                    () -> !tenant.buyer()
                            .get(path + "/files")
                            .expect(200)
                            .body()
                            .get("files")
                            .isEmpty());
            JsonNode files =
                    tenant.buyer().get(path + "/files").expect(200).body().get("files");
            assertThat(files).hasSize(1);
            assertThat(files.at("/0/name").asText()).isEqualTo("run-7/0-model.bin");
            assertThat(tenant.buyer()
                            .get("/v1/artifacts/" + files.at("/0/sha256").asText())
                            .expect(200)
                            .text())
                    .isEqualTo("weights\n");

            String metrics = "/nodes/" + files.at("/0/address").asText() + "/metrics";
            String loss = "/metrics/" + task.get("id").asText() + "/reported/loss";
            Await.until(
                    "the container's own figures",
                    SOON,
                    () -> tenant.buyer()
                                    .get(metrics)
                                    .expect(200)
                                    .body()
                                    .at(loss)
                                    .asDouble()
                            == 0.5);
            String job = "/v1/jobs/" + files.at("/0/job").asText();
            Await.until("its progress", SOON, () -> {
                JsonNode seen = tenant.buyer().get(job).expect(200).body();
                return seen.get("percent").asInt() == 40
                        && seen.path("note").asText().equals("half way");
            });
        } finally {
            miner.kill();
        }
    }

    private Server miner() throws IOException {
        Path key = temp.resolve("miner.key");
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, tenant.miner().key());
        return Server.start(
                "miner-files",
                Map.of(
                        "COORD_URL", pithead.http().toString(),
                        "API_KEY_FILE", key.toString(),
                        "MINER_ID", "files",
                        "WORK_DIR", temp.resolve("work").toString(),
                        "DOCKER_HOST", engine.host()),
                List.of(
                        Server.java(),
                        "-jar",
                        Server.file("pithead.miner").toString(),
                        "run",
                        "--config",
                        "/dev/null"));
    }
}
