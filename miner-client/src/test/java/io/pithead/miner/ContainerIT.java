package io.pithead.miner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.testing.ContainerScene;
import io.pithead.miner.testing.Specs;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
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
            JsonNode document = Json.tree(output.getBytes(StandardCharsets.UTF_8));
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
}
