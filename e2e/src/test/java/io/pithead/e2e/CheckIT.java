package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The miner's {@code check} against a real coordinator. */
@ExtendWith(SharedServer.class)
class CheckIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir
    private Path temp;

    private final Tenant tenant = SharedServer.operator().tenant("checker");

    private JsonNode network() throws Exception {
        Server check = Server.start(
                "miner-check",
                Map.of(
                        "COORD_URL", SharedServer.pithead().http().toString(),
                        "API_KEY", tenant.miner().key(),
                        "MINER_ID", "checker",
                        "WORK_DIR", temp.resolve("work").toString()),
                List.of(
                        Server.java(),
                        "-jar",
                        Server.file("pithead.miner").toString(),
                        "check",
                        "--json",
                        "--config",
                        "/dev/null"));
        try {
            // another thing of this machine may be bad
            assertThat(check.awaitEnd(LIMIT)).isLessThanOrEqualTo(1);
            String json = check.output()
                    .lines()
                    .filter(line -> line.startsWith("{"))
                    .findFirst()
                    .orElseThrow();
            return Json.tree(json.getBytes(StandardCharsets.UTF_8))
                    .get("checks")
                    .valueStream()
                    .filter(line -> line.get("check").asText().equals("network"))
                    .findAny()
                    .orElseThrow();
        } finally {
            check.kill();
        }
    }

    @Test
    void the_line_is_measured_both_ways_as_often_as_somebody_asks() throws Exception {
        for (int i = 0; i < 2; i++) {
            JsonNode figures = network().get("figures");
            assertThat(figures.get("up_megabits_per_s").asDouble()).isPositive();
            assertThat(figures.get("down_megabits_per_s").asDouble()).isPositive();
        }
    }
}
