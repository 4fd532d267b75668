package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each figure moves when that moves which it counts. */
@ExtendWith(SharedServer.class)
class MetricsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String WAKES = "pithead_dispatch_wake_seconds_count";

    private final Tenant tenant = SharedServer.operator().tenant("metrics").deposit("100");

    @Test
    void a_queue_has_its_depth_while_there_is_one() {
        String workload = SharedServer.name("depth");
        String series = "pithead_jobs_queued{workload=\"" + workload + "\"}";
        String first = tenant.submit(workload);
        String second = tenant.submit(workload);
        Await.until("two in the queue", SOON, () -> value(series) == 2);
        for (String job : new String[] {first, second}) {
            tenant.buyer().post("/v1/jobs/" + job + "/cancel", Map.of()).expect(200);
        }
        Await.until("none in the queue", SOON, () -> value(series) == 0);
    }

    @Test
    void a_heartbeat_counts_once() {
        String miner = SharedServer.name("beats");
        tenant.register(miner, miner, 1, true);
        double before = value("pithead_heartbeats_total");
        for (int i = 0; i < 3; i++) {
            tenant.miner()
                    .post("/v1/miner/heartbeat", Map.of("miner_id", miner))
                    .expect(200);
        }
        // another story's miner may have sent one meanwhile, not as many again
        assertThat(value("pithead_heartbeats_total")).isBetween(before + 3, before + 5);
    }

    @Test
    void a_lease_counts_while_it_is_held_and_a_parked_miner_is_woken() throws Exception {
        String miner = SharedServer.name("wakes");
        tenant.register(miner, miner, 1, true);
        double parked = value("pithead_polls_parked");
        double wakes = value(WAKES);
        double leases = value("pithead_leases");
        var offers = new java.util.concurrent.ArrayBlockingQueue<com.fasterxml.jackson.databind.JsonNode>(1);
        Thread poll = Thread.ofVirtual().start(() -> offers.add(tenant.next(miner)));
        Await.until("the poll is parked", SOON, () -> value("pithead_polls_parked") > parked);
        tenant.submit(miner);
        poll.join();
        assertThat(value(WAKES)).isGreaterThan(wakes);
        Await.until("the lease shows", SOON, () -> value("pithead_leases") > leases);
        tenant.prove(offers.take()).expect(201);
        Await.until("the lease is over", SOON, () -> value("pithead_leases") <= leases);
    }

    /** 0 where the series is not there. */
    private static double value(String series) {
        String text = SharedServer.open().get("/metrics").expect(200).text();
        var line = Pattern.compile("^" + Pattern.quote(series) + " (\\S+)$", Pattern.MULTILINE)
                .matcher(text);
        return line.find() ? Double.parseDouble(line.group(1)) : 0;
    }
}
