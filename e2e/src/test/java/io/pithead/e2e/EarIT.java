package io.pithead.e2e;

import org.junit.jupiter.api.Test;

/** The EAR on a full application server, with a database and a broker that nobody embedded. */
@NeedsPostgres
class EarIT {
    @Test
    void a_job_is_done_and_paid() {
        try (Postgres postgres = Postgres.start();
                ArtemisBroker broker = ArtemisBroker.start();
                PayaraServer server = PayaraServer.start(postgres, broker)) {
            server.awaitHealthy();
            SmokeStory.begin(Api.open(server.http()), server.data())
                    .deposit()
                    .register("smoke")
                    .tell("smoke");
        }
    }
}
