package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two real miners with one id: one of them works, and each knows which. */
@ExtendWith(SharedServer.class)
class NamesakeIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    /** As long as a lease, and some. */
    private static final Duration SILENCE = Duration.ofSeconds(150);

    private static final String REFUSED = "why=NODE_TAKEN";

    @TempDir
    private Path temp;

    private final Tenant tenant = SharedServer.operator().tenant("namesakes").deposit("100");
    private final String name = SharedServer.name("twin");

    private Server miner(String folder) {
        return Server.start(
                name + "-" + folder,
                Map.of(
                        "COORD_URL",
                        SharedServer.pithead().http().toString(),
                        "API_KEY",
                        tenant.miner().key(),
                        "MINER_ID",
                        name,
                        "REGION",
                        name,
                        "WORKLOADS",
                        "sha256_chain",
                        "WORK_DIR",
                        temp.resolve(folder).toString()),
                List.of(
                        Server.java(),
                        "-jar",
                        Server.file("pithead.miner").toString(),
                        "run",
                        "--config",
                        "/dev/null"));
    }

    /** Only a miner of ours fits. */
    private void works() {
        String job = tenant.submit(
                "sha256_chain",
                Map.of("params", Map.of("seed", "00", "length", 10), "constraints", Map.of("region", name)));
        Await.until("the job to be done", SOON, () -> tenant.state(job).equals("COMPLETED"));
        assertThat(tenant.buyer()
                        .get("/v1/jobs/" + job)
                        .expect(200)
                        .body()
                        .get("attempt")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void the_second_waits_until_the_first_is_gone_and_the_first_then_waits_for_the_second() {
        Server first = miner("first");
        try {
            first.await("to work", SOON, () -> first.output().contains("name=sha256_chain runs=true"));
            works();
            Server second = miner("second");
            try {
                second.await("to be refused", SOON, () -> second.output().contains(REFUSED));
                works();
                assertThat(first.output()).doesNotContain(REFUSED);
                first.kill();
                second.await("to come in", SILENCE, () -> second.output().contains("coordinator.back"));
                works();
                Server again = miner("first");
                try {
                    again.await("to be refused", SOON, () -> again.output().contains(REFUSED));
                    works();
                } finally {
                    again.kill();
                }
            } finally {
                second.kill();
            }
        } finally {
            first.kill();
        }
    }
}
