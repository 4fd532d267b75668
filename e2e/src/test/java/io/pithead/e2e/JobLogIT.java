package io.pithead.e2e;

import static io.pithead.e2e.Tenants.header;
import static io.pithead.e2e.Tenants.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServer.class)
class JobLogIT {
    private final Tenants tenants = new Tenants(SharedServer.pithead());

    @Test
    void what_the_job_writes_is_read_as_text_and_as_json() {
        Tenants.Held held = tenants.lease(Map.of());
        assertThat(json(write(held, 0, "one ü\n")).get("next_offset").asLong()).isEqualTo(7);
        assertThat(json(write(held, 7, "two\n")).get("next_offset").asLong()).isEqualTo(11);

        HttpResponse<byte[]> text = tenants.get(tenants.buyer, path(held, "?offset=7"));
        assertThat(text.statusCode()).isEqualTo(200);
        assertThat(header(text, "Content-Type")).startsWith("text/plain");
        assertThat(text.body()).asString(StandardCharsets.UTF_8).isEqualTo("two\n");
        assertThat(header(text, "Next-Offset")).isEqualTo("11");

        JsonNode stretch = json(tenants.get(tenants.buyer, path(held, ""), "Accept", "application/json"));
        assertThat(stretch.get("text").asText()).isEqualTo("one ü\ntwo\n");
        assertThat(stretch.get("complete").asBoolean()).isFalse();
        tenants.prove(held, List.of());
        JsonNode ended = json(tenants.get(tenants.buyer, path(held, "?offset=11"), "Accept", "application/json"));
        assertThat(ended.get("complete").asBoolean()).isTrue();
    }

    @Test
    void a_gap_is_named_until_it_is_filled() {
        Tenants.Held held = tenants.lease(Map.of());
        HttpResponse<byte[]> answer = write(held, 5, "world");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(json(answer).at("/missing/0/to").asLong()).isEqualTo(5);
        assertThat(json(write(held, 0, "hello")).has("missing")).isFalse();
        assertThat(tenants.get(tenants.buyer, path(held, "")).body())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("helloworld");
    }

    @Test
    void only_the_holder_writes_and_only_the_buyer_reads() {
        Tenants.Held held = tenants.lease(Map.of());
        write(held, 0, "secret");
        assertThat(tenants.get(tenants.stranger, path(held, "")).statusCode()).isEqualTo(404);
        assertThat(tenants.get(tenants.miner, path(held, "")).statusCode()).isEqualTo(403);
        assertThat(write(new Tenants.Held(held.job(), held.lease() + 1), 6, "x").statusCode())
                .isEqualTo(409);
        Map<String, Object> pieces = pieces(held, 6, "x");
        assertThat(tenants.post(tenants.stranger, "/v1/miner/logs", pieces).statusCode())
                .isEqualTo(403);
        Tenants.Key rival = tenants.issue(tenants.stranger.account(), "miner");
        assertThat(tenants.post(rival, "/v1/miner/logs", pieces).statusCode()).isEqualTo(404);
    }

    @Test
    void output_is_followed_as_it_comes_until_the_job_ends() throws Exception {
        Tenants.Held held = tenants.lease(Map.of());
        write(held, 0, "one\ntwo\n");
        var lines = new LinkedBlockingQueue<String>();
        Thread reader = tenants.stream(tenants.buyer, path(held, "/follow?tail=1"), lines::add);
        assertThat(data(lines).get("text").asText()).isEqualTo("two\n");
        write(held, 8, "three\n");
        JsonNode more = data(lines);
        assertThat(more.get("text").asText()).isEqualTo("three\n");
        assertThat(more.get("next_offset").asLong()).isEqualTo(14);
        tenants.prove(held, List.of());
        reader.join(Duration.ofSeconds(20));
        assertThat(reader.isAlive()).as("the stream ends with the job").isFalse();
    }

    private static JsonNode data(BlockingQueue<String> lines) throws Exception {
        while (true) {
            String line = Objects.requireNonNull(lines.poll(20, TimeUnit.SECONDS), "no event came");
            if (line.startsWith("data: ")) {
                return Json.tree(line.substring(6).getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void wrong_numbers_are_named() {
        Tenants.Held held = tenants.lease(Map.of());
        assertThat(write(held, -1, "x").statusCode()).isEqualTo(422);
        assertThat(tenants.get(tenants.buyer, path(held, "?limit=999999999")).statusCode())
                .isEqualTo(400);
        assertThat(tenants.get(tenants.buyer, path(held, "?offset=-1")).statusCode())
                .isEqualTo(400);
    }

    private HttpResponse<byte[]> write(Tenants.Held held, long offset, String text) {
        return tenants.post(tenants.miner, "/v1/miner/logs", pieces(held, offset, text));
    }

    private static Map<String, Object> pieces(Tenants.Held held, long offset, String text) {
        return Map.of(
                "id", held.job(), "lease", held.lease(), "pieces", List.of(Map.of("offset", offset, "text", text)));
    }

    private static String path(Tenants.Held held, String query) {
        return "/v1/jobs/" + held.job() + "/logs" + query;
    }
}
