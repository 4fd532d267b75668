package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The development chain that pithead.jar starts, what the server is on it, and a server without one. */
@ExtendWith(SharedServer.class)
class ChainIT {
    private static final Duration DEPLOYED = Duration.ofSeconds(180);
    private static final Duration SOON = Duration.ofSeconds(120);
    private static final int CONTRACTS = 10;

    @Test
    void the_contracts_are_deployed_once_and_the_validator_keeps_its_key_whatever_is_killed(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data) throws Exception {
        String anvil = Evm.setting();
        try (PitheadProcess first = PitheadProcess.start(data, anvil)) {
            // in the middle of the deployment, if it is quick
            first.kill();
        }
        JsonNode contracts;
        String issued;
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

            awaitValidator(second);
            Path file = data.resolve("validator.key");
            issued = Files.readString(file).strip();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            Refused.with(Api.open(second.http()).withKey(issued).get("/v1/jobs"), 403, "FORBIDDEN_SCOPE");
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

            awaitValidator(third);
            assertThat(Files.readString(data.resolve("validator.key")).strip()).isEqualTo(issued);
            assertThat(operator(third)
                            .get("/v1/admin/queues")
                            .expect(200)
                            .body()
                            .get("queues"))
                    .filteredOn(queue -> queue.get("name").asText().equals("challenge"))
                    .singleElement()
                    .satisfies(
                            queue -> assertThat(queue.get("consumers").asInt()).isPositive());
        }
    }

    @Test
    void without_a_chain_a_server_says_what_is_off() {
        PitheadProcess pithead = SharedServer.pithead();
        assertThat(pithead.server().output().lines().filter(line -> line.contains("chain.off")))
                .hasSize(1);
        assertThat(operator(pithead).get("/v1/admin/chain").expect(200).body().get("chains"))
                .isEmpty();
    }

    private static void awaitValidator(PitheadProcess pithead) {
        pithead.server()
                .await("a validator", SOON, () -> pithead.server().output().contains("validator.on address=0x"));
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
