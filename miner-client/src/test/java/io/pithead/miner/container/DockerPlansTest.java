package io.pithead.miner.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import io.pithead.miner.container.core.ContainerPlan;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the engine is sent, as it would go over the wire. */
class DockerPlansTest {
    private static JsonNode sent(List<String> gpus) throws Exception {
        var plan = new ContainerPlan(
                "name",
                "sha256:1",
                "1:1",
                7,
                List.of(),
                List.of("true"),
                List.of(),
                Map.of(),
                List.of(),
                Map.of(),
                64L << 20,
                500_000_000L,
                50,
                1L << 20,
                false,
                List.of(),
                gpus,
                "");
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost("unix:///nowhere.sock")
                .build();
        try (var http = new ApacheDockerHttpClient.Builder()
                        .dockerHost(URI.create("unix:///nowhere.sock"))
                        .build();
                var client = DockerClientImpl.getInstance(config, http)) {
            return new ObjectMapper()
                    .valueToTree(DockerPlans.create(client, plan))
                    .path("HostConfig");
        }
    }

    @Test
    void chosen_gpus_are_asked_for_by_their_uuids_and_no_others() throws Exception {
        JsonNode requests = sent(List.of("GPU-a", "GPU-b")).path("DeviceRequests");
        assertThat(requests).hasSize(1);
        JsonNode request = requests.path(0);
        assertThat(request.path("Driver").asText()).isEqualTo("nvidia");
        assertThat(request.path("DeviceIDs").toString()).isEqualTo("[\"GPU-a\",\"GPU-b\"]");
        assertThat(request.path("Capabilities").toString()).isEqualTo("[[\"gpu\"]]");
        // a count would give others besides
        assertThat(request.path("Count").asInt(0)).isZero();
    }

    @Test
    void without_gpus_no_device_is_asked_for() throws Exception {
        JsonNode host = sent(List.of());
        assertThat(host.path("DeviceRequests").isEmpty()).isTrue();
        assertThat(host.path("Devices").isEmpty()).isTrue();
    }

    @Test
    void the_container_is_closed_in() throws Exception {
        JsonNode host = sent(List.of());
        assertThat(host.path("CapDrop").toString()).isEqualTo("[\"ALL\"]");
        assertThat(host.path("ReadonlyRootfs").asBoolean()).isTrue();
        assertThat(host.path("Privileged").asBoolean(true)).isFalse();
        assertThat(host.path("SecurityOpt").toString()).isEqualTo("[\"no-new-privileges\"]");
        assertThat(host.path("Memory").asLong()).isEqualTo(64L << 20);
        assertThat(host.path("MemorySwap").asLong()).isEqualTo(64L << 20);
        assertThat(host.path("PidsLimit").asLong()).isEqualTo(50);
        assertThat(host.path("NetworkMode").asText()).isEqualTo("none");
    }
}
