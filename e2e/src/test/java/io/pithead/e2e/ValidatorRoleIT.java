package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What an instance answers that is a validator and nothing else; ChainIT has one that is all of it. */
class ValidatorRoleIT {
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
