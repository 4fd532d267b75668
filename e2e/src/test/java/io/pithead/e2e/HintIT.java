package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * How a miner that is parked at one instance hears of a job that was bought at another. The first one here looks at the
 * queues every second; the second one not while this story lasts, so that it hears of nothing but by a hint.
 */
@NeedsPostgres
class HintIT {
    private static final String LOOKING = "looking";
    private static final String HEARING = "hearing";
    private static final int WAIT_SECONDS = 10;
    /** Nothing here is ever finished. */
    private static final int SLOTS = 8;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void a_miner_at_another_instance_is_woken_by_a_hint_and_without_the_broker_by_a_look() {
        var looking = List.of("pithead.dispatch.look=PT1S");
        var hearing = List.of("pithead.dispatch.look=PT10M");
        try (Postgres postgres = Postgres.start();
                Fleet fleet = Fleet.start(folder, postgres, List.of(looking, hearing))) {
            Tenant tenant = fleet.operator()
                    .tenant("both")
                    .deposit("100")
                    .register(LOOKING, LOOKING, SLOTS, true)
                    .register(HEARING, HEARING, SLOTS, true);
            Tenant first = tenant.at(fleet.instance(0).origin());
            Tenant second = tenant.at(fleet.instance(1).origin());

            assertThat(bought(first, second, HEARING)).as("by a hint").isEqualTo(200);

            fleet.broker().kill();
            assertThat(bought(second, first, LOOKING)).as("by a look").isEqualTo(200);
            // what did not look was woken by nothing else
            assertThat(bought(first, second, HEARING)).as("by neither").isEqualTo(204);
        }
    }

    /** @return what the miner that waits at one instance is answered, while its job is bought at the other */
    private static int bought(Tenant at, Tenant elsewhere, String minerId) {
        String next = "/v1/miner/next?miner=" + minerId + "&slots=1&wait=";
        // finds nothing, after which the instance believes that there is nothing
        elsewhere.miner().get(next + 1).expect(204);
        var answer = CompletableFuture.supplyAsync(() -> elsewhere.miner().get(next + WAIT_SECONDS));
        at.submit(minerId);
        return answer.join().status();
    }
}
