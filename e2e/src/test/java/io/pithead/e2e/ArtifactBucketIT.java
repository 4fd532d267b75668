package io.pithead.e2e;

import static io.pithead.e2e.Tenants.header;
import static io.pithead.e2e.Tenants.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.signing.Digests;
import io.pithead.testing.S3Server;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** With artifacts in a bucket of a real S3 server, which may go away. */
class ArtifactBucketIT extends ArtifactStory {
    private static final Duration NOTICED = Duration.ofSeconds(90);

    private static @Nullable S3Server bucket;
    private static @Nullable PitheadProcess pithead;

    ArtifactBucketIT() {
        super(new Tenants(Objects.requireNonNull(pithead)));
    }

    @BeforeAll
    static void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws IOException {
        bucket = S3Server.start(Files.createDirectories(folder.resolve("s3")));
        pithead = PitheadProcess.start(folder.resolve("data"), BucketSettings.of(bucket, folder));
    }

    @AfterAll
    static void stop() {
        if (pithead != null) {
            pithead.close();
        }
        if (bucket != null) {
            bucket.close();
        }
    }

    @Test
    void while_the_bucket_is_away_it_is_said_and_nothing_is_lost() throws IOException {
        byte[] stored = bytes(200_000);
        byte[] begun = bytes(400_000);
        byte[] result = bytes(3_000);
        Tenants.Held held = tenants.lease(Map.of());
        tenants.put(tenants.buyer, path(stored), stored);
        tenants.put(tenants.miner, path(result), result);
        byte[] half = Arrays.copyOf(begun, 150_000);
        assertThat(tenants.put(tenants.buyer, path(begun), half, "Content-Range", "bytes 0-149999/400000")
                        .statusCode())
                .isEqualTo(202);

        server().kill();
        try {
            refused(tenants.get(tenants.buyer, path(stored)));
            refused(tenants.put(tenants.buyer, path(begun), bytes(10)));
            byte[] other = bytes(1_000);
            refused(tenants.put(tenants.buyer, path(other), other));
            Await.until("readiness to see it", NOTICED, () -> {
                HttpResponse<byte[]> ready = tenants.get(tenants.buyer, "/health/ready");
                return ready.statusCode() == 503
                        && new String(ready.body(), java.nio.charset.StandardCharsets.UTF_8)
                                .contains("check-artifacts");
            });
            // what a proof says is in the database
            var named = List.<Map<String, ?>>of(Map.of("sha256", Digests.sha256Hex(result), "name", "out"));
            assertThat(tenants.prove(held, named).statusCode()).isEqualTo(201);
        } finally {
            server().start();
        }
        Await.until(
                "readiness to see that it is back",
                NOTICED,
                () -> tenants.get(tenants.buyer, "/health/ready").statusCode() == 200);
        assertThat(tenants.get(tenants.buyer, path(stored)).body()).isEqualTo(stored);
        assertThat(tenants.get(tenants.buyer, path(result)).body()).isEqualTo(result);
        assertThat(header(tenants.head(tenants.buyer, path(begun)), "Upload-Offset"))
                .isEqualTo("150000");
        byte[] rest = Arrays.copyOfRange(begun, 150_000, begun.length);
        assertThat(tenants.put(tenants.buyer, path(begun), rest, "Content-Range", "bytes 150000-399999/400000")
                        .statusCode())
                .isEqualTo(201);
        assertThat(tenants.get(tenants.buyer, path(begun)).body()).isEqualTo(begun);
    }

    @Test
    void no_byte_stays_on_the_server_s_own_disk() throws IOException {
        byte[] bytes = bytes(100_000);
        tenants.put(tenants.buyer, path(bytes), bytes);
        Path own = Objects.requireNonNull(pithead).data().resolve("artifacts");
        try (Stream<Path> files = Files.walk(own)) {
            assertThat(files.filter(Files::isRegularFile))
                    .allMatch(file -> file.getFileName().toString().endsWith(".lock"));
        }
        assertThat(server().objects("artifacts/" + Digests.sha256Hex(bytes))).hasSize(1);
    }

    @Test
    void bytes_that_were_spoiled_in_the_bucket_are_no_answer() throws IOException {
        byte[] bytes = bytes(5_000);
        tenants.put(tenants.buyer, path(bytes), bytes);
        Path object = server().objects("artifacts/" + Digests.sha256Hex(bytes)).getFirst();
        byte[] spoiled = bytes.clone();
        spoiled[77] ^= 1;
        Files.write(object, spoiled);
        refused(tenants.get(tenants.buyer, path(bytes)));
    }

    @Test
    void its_secret_is_in_no_log() {
        assertThat(Objects.requireNonNull(pithead).server().output()).doesNotContain(S3Server.SECRET_KEY);
    }

    private static void refused(HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(json(answer).at("/error/code").asText()).isEqualTo("UNAVAILABLE");
    }

    private static S3Server server() {
        return Objects.requireNonNull(bucket);
    }
}
