package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The development chain that pithead.jar starts, and a server without one. */
class ChainIT {
    private static final Duration DEPLOYED = Duration.ofSeconds(180);
    private static final int CONTRACTS = 10;

    @Test
    void the_contracts_are_deployed_once_whatever_is_killed(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data)
            throws Exception {
        String anvil = Evm.setting();
        try (PitheadProcess first = PitheadProcess.start(data, anvil)) {
            // in the middle of the deployment, if it is quick
            first.kill();
        }
        JsonNode contracts;
        try (PitheadProcess second = PitheadProcess.start(data, anvil)) {
            second.server().await("deployed", DEPLOYED, () -> contracts(data).size() == CONTRACTS);
            second.server()
                    .await(
                            "read",
                            DEPLOYED,
                            () -> chain(second).path("finalised").asLong() > 0);
            contracts = contracts(data);
            JsonNode chain = chain(second);
            assertThat(chain.get("chain_id").asLong()).isEqualTo(31_337);
            assertThat(chain.get("stuck").asLong()).isZero();
            assertThat(chain.has("halted")).isFalse();
            assertThat(operator(second)
                            .get("/v1/admin/chain/31337/stuck")
                            .expect(200)
                            .body()
                            .get("items"))
                    .isEmpty();
            operator(second).get("/v1/admin/chain/5/stuck").expect(404);
            second.kill();
        }
        try (PitheadProcess third = PitheadProcess.start(data, anvil)) {
            long head = chain(third).path("head").asLong();
            third.server()
                    .await("read on", DEPLOYED, () -> chain(third).path("head").asLong() > head + 2);
            assertThat(contracts(data)).isEqualTo(contracts);
            operator(third)
                    .post("/v1/admin/chain/31337/reindex", java.util.Map.of())
                    .expect(204);
            third.server()
                    .await(
                            "read again",
                            DEPLOYED,
                            () -> chain(third).path("finalised").asLong() > head);
            assertThat(chain(third).has("halted")).isFalse();
        }
    }

    @Test
    void without_a_chain_a_server_says_what_is_off(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data) {
        try (PitheadProcess pithead = PitheadProcess.start(data, "pithead.chain.enabled=false")) {
            assertThat(pithead.server().output().lines().filter(line -> line.contains("chain.off")))
                    .hasSize(1);
            assertThat(operator(pithead)
                            .get("/v1/admin/chain")
                            .expect(200)
                            .body()
                            .get("chains"))
                    .isEmpty();
        }
    }

    private static JsonNode contracts(Path data) throws IOException {
        return Json.own(Files.readString(data.resolve("chain").resolve("chains.json")), JsonNode.class)
                .at("/chains/0/contracts");
    }

    private static JsonNode chain(PitheadProcess pithead) throws IOException {
        return operator(pithead).get("/v1/admin/chain").expect(200).body().at("/chains/0");
    }

    private static Api operator(PitheadProcess pithead) {
        try {
            return Api.open(pithead.http())
                    .withKey(Files.readString(pithead.data().resolve("admin.key"))
                            .strip());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
