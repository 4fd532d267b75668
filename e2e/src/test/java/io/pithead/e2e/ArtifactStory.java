package io.pithead.e2e;

import static io.pithead.e2e.Tenants.header;
import static io.pithead.e2e.Tenants.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.signing.Digests;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What buyers and miners do with artifacts, wherever the server keeps them. */
abstract class ArtifactStory {
    private static final Duration SOON = Duration.ofSeconds(30);

    final Tenants tenants;

    ArtifactStory(Tenants tenants) {
        this.tenants = tenants;
    }

    @Test
    void what_is_uploaded_comes_back_whole_and_in_parts() {
        byte[] bytes = bytes(300_000);
        String path = path(bytes);
        assertThat(tenants.put(tenants.buyer, path, bytes).statusCode()).isEqualTo(201);
        assertThat(tenants.put(tenants.buyer, path, bytes).statusCode()).isEqualTo(200);

        HttpResponse<byte[]> whole = tenants.get(tenants.buyer, path);
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(bytes);
        String tag = header(whole, "ETag");
        assertThat(tag).isEqualTo('"' + Digests.sha256Hex(bytes) + '"');
        assertThat(header(tenants.head(tenants.buyer, path), "Content-Length")).isEqualTo("300000");

        HttpResponse<byte[]> part = tenants.get(tenants.buyer, path, "Range", "bytes=100000-");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(header(part, "Content-Range")).isEqualTo("bytes 100000-299999/300000");
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(bytes, 100_000, 300_000));
        HttpResponse<byte[]> beyond = tenants.get(tenants.buyer, path, "Range", "bytes=300000-");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(header(beyond, "Content-Range")).isEqualTo("bytes */300000");
        assertThat(tenants.get(tenants.buyer, path, "If-None-Match", tag).statusCode())
                .isEqualTo(304);
    }

    @Test
    void an_upload_that_breaks_off_goes_on_where_it_stands() throws IOException {
        byte[] bytes = bytes(400_000);
        String path = path(bytes);
        try (Socket socket =
                new Socket(tenants.origin().getHost(), tenants.origin().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("PUT " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + tenants.buyer.text()
                            + "\r\nContent-Length: 400000\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(bytes, 0, 150_000);
            out.flush();
            Await.until("the bytes to arrive", SOON, () -> offset(path) > 0);
        }
        Await.until("the broken upload to be given up", SOON, () -> {
            int from = offset(path);
            byte[] rest = Arrays.copyOfRange(bytes, from, bytes.length);
            String range = "bytes " + from + "-399999/400000";
            return tenants.put(tenants.buyer, path, rest, "Content-Range", range)
                            .statusCode()
                    == 201;
        });
        assertThat(tenants.get(tenants.buyer, path).body()).isEqualTo(bytes);
    }

    @Test
    void a_piece_that_does_not_continue_is_told_where_to() {
        byte[] bytes = bytes(1_000);
        String path = path(bytes);
        byte[] half = Arrays.copyOf(bytes, 500);
        HttpResponse<byte[]> first = tenants.put(tenants.buyer, path, half, "Content-Range", "bytes 0-499/1000");
        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(header(first, "Upload-Offset")).isEqualTo("500");
        HttpResponse<byte[]> wrong = tenants.put(tenants.buyer, path, half, "Content-Range", "bytes 400-899/1000");
        assertThat(wrong.statusCode()).isEqualTo(409);
        assertThat(header(wrong, "Upload-Offset")).isEqualTo("500");
        assertThat(tenants.get(tenants.buyer, path).statusCode()).isEqualTo(404);
    }

    @Test
    void bytes_that_do_not_match_are_refused_and_gone() {
        String path = path(bytes(10));
        HttpResponse<byte[]> answer = tenants.put(tenants.buyer, path, bytes(10_000));
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(json(answer).at("/error/code").asText()).isEqualTo("INVALID_PAYLOAD");
        HttpResponse<byte[]> after = tenants.head(tenants.buyer, path);
        assertThat(after.statusCode()).isEqualTo(404);
        assertThat(header(after, "Upload-Offset")).isEmpty();
    }

    @Test
    void what_is_too_large_is_refused_by_its_announcement() {
        HttpResponse<byte[]> answer =
                tenants.put(tenants.buyer, path(bytes(10)), bytes(10), "Content-Range", "bytes 0-9/999999999999999");
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(json(answer).at("/error/code").asText()).isEqualTo("PAYLOAD_TOO_LARGE");
    }

    @Test
    void another_account_finds_nothing_until_it_brings_the_bytes_itself() {
        byte[] bytes = bytes(5_000);
        String path = path(bytes);
        tenants.put(tenants.buyer, path, bytes);
        assertThat(tenants.get(tenants.stranger, path).statusCode()).isEqualTo(404);
        assertThat(tenants.head(tenants.stranger, path).statusCode()).isEqualTo(404);
        assertThat(tenants.get(tenants.miner, path).statusCode()).isEqualTo(404);
        assertThat(tenants.put(tenants.stranger, path, bytes).statusCode()).isEqualTo(201);
        assertThat(tenants.get(tenants.stranger, path).body()).isEqualTo(bytes);
    }

    @Test
    void a_name_that_is_no_digest_is_nothing() {
        for (String name : List.of("x", "..%2f..%2fadmin.key", "A".repeat(64), "a".repeat(63))) {
            assertThat(tenants.get(tenants.buyer, "/v1/artifacts/" + name).statusCode())
                    .isBetween(400, 404);
            assertThat(tenants.put(tenants.buyer, "/v1/artifacts/" + name, bytes(1))
                            .statusCode())
                    .isBetween(400, 404);
        }
    }

    @Test
    void inputs_go_to_the_holder_of_the_job_and_results_to_its_buyer() {
        byte[] input = bytes(2_000);
        byte[] result = bytes(3_000);
        tenants.put(tenants.buyer, path(input), input);
        assertThat(tenants.get(tenants.miner, path(input)).statusCode()).isEqualTo(404);
        Tenants.Held held =
                tenants.lease(Map.of("inputs", List.of(Map.of("sha256", Digests.sha256Hex(input), "name", "in"))));
        assertThat(tenants.get(tenants.miner, path(input)).body()).isEqualTo(input);

        tenants.put(tenants.miner, path(result), result);
        assertThat(tenants.get(tenants.buyer, path(result)).statusCode()).isEqualTo(404);
        var named = List.<Map<String, ?>>of(Map.of("sha256", Digests.sha256Hex(result), "name", "out"));
        assertThat(tenants.prove(held, named).statusCode()).isEqualTo(201);
        assertThat(tenants.get(tenants.buyer, path(result)).body()).isEqualTo(result);
        assertThat(tenants.get(tenants.stranger, path(result)).statusCode()).isEqualTo(404);
        assertThat(tenants.get(tenants.miner, path(input)).statusCode())
                .as("the job is over")
                .isEqualTo(404);
    }

    @Test
    void a_proof_may_not_name_what_its_sender_did_not_bring() {
        byte[] others = bytes(100);
        tenants.put(tenants.stranger, path(others), others);
        Tenants.Held held = tenants.lease(Map.of());
        var named = List.<Map<String, ?>>of(Map.of("sha256", Digests.sha256Hex(others), "name", "out"));
        assertThat(tenants.prove(held, named).statusCode()).isBetween(400, 499);
        assertThat(tenants.get(tenants.buyer, path(others)).statusCode()).isEqualTo(404);
    }

    private int offset(String path) {
        String offset = header(tenants.head(tenants.buyer, path), "Upload-Offset");
        return offset.isEmpty() ? 0 : Integer.parseInt(offset);
    }

    static String path(byte[] bytes) {
        return "/v1/artifacts/" + Digests.sha256Hex(bytes);
    }

    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random().nextBytes(bytes);
        return bytes;
    }
}
