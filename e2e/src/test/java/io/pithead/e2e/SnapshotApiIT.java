package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.signing.Digests;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a container keeps, brought by a miner played by hand and read by its buyer. */
@ExtendWith(SharedServer.class)
class SnapshotApiIT {
    private final Tenant tenant = SharedServer.operator().tenant("keeper").deposit("100");

    private Map<String, Object> bring(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String sha256 = Digests.sha256Hex(bytes);
        tenant.miner()
                .send("PUT", "/v1/artifacts/" + sha256, bytes, "Content-Type", "application/octet-stream")
                .expect(201);
        return Map.of("sha256", sha256, "size", bytes.length);
    }

    private JsonNode offer(JsonNode held, List<Map<String, Object>> chunks) {
        return tenant.miner()
                .post("/v1/miner/snapshots", Map.of("id", held.get("id"), "lease", held.get("lease"), "chunks", chunks))
                .expect(200)
                .body()
                .get("missing");
    }

    @Test
    void its_buyer_lists_it_and_gets_its_pieces_in_their_order() {
        String host = SharedServer.name("host");
        Containers placed = Containers.on(tenant, host);
        JsonNode held = tenant.next(host);
        String job = held.get("id").asText();
        String path = "/v1/tasks/" + placed.task().get("id").asText() + "/snapshots";
        assertThat(tenant.buyer().get(path).expect(200).body().get("items")).isEmpty();
        Refused.with(tenant.buyer().get(path + "/" + job + "/data"), 404, "NOT_FOUND");

        Map<String, Object> second = bring("second,");
        Map<String, Object> first = bring("first,");
        assertThat(offer(held, List.of(first, second, first))).isEmpty();

        JsonNode listed = tenant.buyer().get(path).expect(200).body();
        assertThat(listed.get("items")).hasSize(1);
        JsonNode snapshot = listed.at("/items/0");
        assertThat(snapshot.get("job").asText()).isEqualTo(job);
        assertThat(snapshot.get("address")).isEqualTo(placed.task().at("/nodes/0/address"));
        assertThat(snapshot.get("bytes").asLong()).isEqualTo(19);
        assertThat(snapshot.get("chunks").asInt()).isEqualTo(3);
        assertThat(snapshot.get("taken_at").asText()).endsWith("Z");
        Api.Answer data = tenant.buyer().get(path + "/" + job + "/data").expect(200);
        assertThat(data.text()).isEqualTo("first,second,first,");
        assertThat(data.headers().firstValue("Content-Type")).hasValue("application/x-tar");

        assertThat(offer(held, List.of())).isEmpty();
        assertThat(tenant.buyer().get(path + "/" + job + "/data").expect(200).text())
                .isEmpty();
    }
}
