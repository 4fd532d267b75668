package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.e2e.Api.Answer;
import io.pithead.protocol.signing.Digests;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Files of containers over HTTP, with a miner played by hand. */
@ExtendWith(SharedServer.class)
class TaskFileApiIT {
    private static final Map<String, ?> TEMPLATE = Map.of(
            "storage_config", Map.of("file_name_template", "model_123/${TOTAL_UPLOAD_COUNT_AFTER}-${ORIGINAL_NAME}"));

    private static Tenant tenant;
    private static Tenant stranger;

    @BeforeAll
    static void people() {
        tenant = SharedServer.operator().tenant("files").deposit("1000");
        stranger = SharedServer.operator().tenant("files-stranger");
    }

    private static String sha(String content) {
        return Digests.sha256Hex(content.getBytes(StandardCharsets.UTF_8));
    }

    private static Answer offer(JsonNode held, String path, String content) {
        return tenant.miner()
                .post(
                        "/v1/miner/files",
                        Map.of(
                                "id",
                                held.get("id"),
                                "lease",
                                held.get("lease"),
                                "path",
                                path,
                                "sha256",
                                sha(content),
                                "size",
                                content.length()));
    }

    private static JsonNode bring(JsonNode held, String path, String content) {
        assertThat(offer(held, path, content).expect(200).body().get("missing").asBoolean())
                .isTrue();
        tenant.miner()
                .send(
                        "PUT",
                        "/v1/artifacts/" + sha(content),
                        content.getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        "application/octet-stream")
                .expect(201);
        return offer(held, path, content).expect(200).body();
    }

    private static JsonNode list(Containers host, String query) {
        return tenant.buyer()
                .get("/tasks/" + host.task().get("id").asText() + "/files" + query)
                .expect(200)
                .body();
    }

    @Test
    void a_buyer_finds_a_file_under_its_templates_name_and_reads_it() {
        Containers host = Containers.on(tenant, SharedServer.name("host"), TEMPLATE);
        assertThat(host.task().at("/storage_config/file_name_template").asText())
                .startsWith("model_123/");
        JsonNode held = tenant.next(host.minerId());
        JsonNode kept = bring(held, "out/x.bin", "first");
        assertThat(kept.get("name").asText()).isEqualTo("model_123/1-out/x.bin");
        bring(held, "out/x.bin", "second");
        Answer third = offer(held, "out/y.bin", "third");
        Refused.with(third, 429, "RATE_LIMITED");
        assertThat(third.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 3_600L);

        JsonNode page = list(host, "?limit=1");
        assertThat(page.get("success").asBoolean()).isTrue();
        assertThat(page.at("/files/0/name").asText()).isEqualTo("model_123/2-out/x.bin");
        JsonNode rest = list(host, "?limit=1&cursor=" + page.get("next_cursor").asText());
        JsonNode file = rest.at("/files/0");
        assertThat(file.get("name").asText()).isEqualTo("model_123/1-out/x.bin");
        assertThat(file.get("path").asText()).isEqualTo("out/x.bin");
        assertThat(file.get("bytes").asInt()).isEqualTo(5);
        assertThat(file.get("address")).isEqualTo(host.task().at("/nodes/0/address"));
        assertThat(rest.has("next_cursor")).isFalse();

        String bytes = "/v1/artifacts/" + file.get("sha256").asText();
        assertThat(tenant.buyer().get(bytes).expect(200).text()).isEqualTo("first");
        Refused.with(stranger.buyer().get(bytes), 404, "NOT_FOUND");
    }

    @Test
    void no_path_of_a_node_leads_anywhere() {
        Containers host = Containers.on(tenant, SharedServer.name("host"), TEMPLATE);
        JsonNode held = tenant.next(host.minerId());
        for (String path :
                new String[] {"../x", "/etc/passwd", "a/../../x", "a//b", ".", "a\u0000b", "x".repeat(256)}) {
            Refused.with(offer(held, path, "x"), 422, "INVALID_PAYLOAD");
        }
        assertThat(list(host, "").get("files")).isEmpty();
    }

    @Test
    void a_template_that_leads_elsewhere_is_refused_by_name() {
        Answer answer = tenant.buyer()
                .post(
                        "/tasks",
                        Map.of(
                                "name",
                                "x",
                                "image",
                                "x",
                                "storage_config",
                                Map.of("file_name_template", "../${NODE_GROUP_ID}")));
        Refused.with(answer, 422, "INVALID_PAYLOAD");
        assertThat(answer.body().at("/error/details").has("/storage_config/file_name_template"))
                .isTrue();
    }
}
