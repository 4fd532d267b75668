package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Where an instance is a validator, and what an instance that is nothing else answers. */
class ValidatorRoleIT {
    private static final Duration BEGUN = Duration.ofSeconds(120);

    @Test
    void a_server_with_a_key_for_it_is_a_validator_and_gives_it_a_key_of_its_own(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data) throws Exception {
        String issued;
        try (PitheadProcess first = PitheadProcess.start(data, Evm.setting())) {
            first.server().await("begun", BEGUN, () -> says(first, "validator.on address=0x"));
            Path file = data.resolve("validator.key");
            issued = Files.readString(file).strip();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            Refused.with(Api.open(first.http()).withKey(issued).get("/v1/jobs"), 403, "FORBIDDEN_SCOPE");
        }
        try (PitheadProcess second = PitheadProcess.start(data, Evm.setting())) {
            second.server().await("begun", BEGUN, () -> says(second, "validator.on address=0x"));
            assertThat(Files.readString(data.resolve("validator.key")).strip()).isEqualTo(issued);
            assertThat(operator(second)
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
    void a_validator_that_is_nothing_else_answers_its_operator_alone(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data) throws Exception {
        try (PitheadProcess validator =
                PitheadProcess.start(data, "pithead.roles=validator", "pithead.chain.enabled=false")) {
            assertThat(says(validator, "validator.off neither")).isTrue();
            Api operator = operator(validator);
            operator.get("/v1/admin/queues").expect(200);
            operator.get("/metrics").expect(200);
            Refused.with(operator.get("/v1/jobs"), 404, "NOT_FOUND");
            Refused.with(operator.get("/v1/discovery/nodes"), 404, "NOT_FOUND");
            Refused.with(Api.open(validator.http()).get("/v1/epochs"), 404, "NOT_FOUND");
            assertThat(Files.exists(data.resolve("validator.key"))).isFalse();
        }
    }

    private static Api operator(PitheadProcess pithead) throws IOException {
        return Api.open(pithead.http())
                .withKey(Files.readString(pithead.data().resolve("admin.key")).strip());
    }

    private static boolean says(PitheadProcess pithead, String line) {
        return pithead.server().output().contains(line);
    }
}
