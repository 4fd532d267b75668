package io.pithead.coordinator.job.core;

import static io.pithead.coordinator.testing.Scene.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.dispatch.core.JobNeed;
import io.pithead.coordinator.job.core.JobPlan.Defaults;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.CanonicalJson;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class JobPlanTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Defaults DEFAULTS =
            new Defaults(BigInteger.valueOf(1_000_000), Duration.ofMinutes(15), 3, Duration.ofMinutes(10));

    @Test
    void what_a_buyer_leaves_out_the_operator_fills_in() {
        JobPlan plan = plan("{'workload':'w'}");

        assertThat(plan.price()).isEqualTo(1_000_000);
        assertThat(plan.priority()).isZero();
        assertThat(plan.maxAttempts()).isEqualTo(3);
        assertThat(plan.maxRuntimeS()).isEqualTo(600);
        assertThat(plan.expiresAt(NOW)).isEqualTo(NOW.plusSeconds(900));
        assertThat(plan.need().maxRuntimeS()).isEqualTo(600);
        assertThat(plan.need().price()).isEqualTo(1_000_000);
    }

    @Test
    void what_a_buyer_states_is_taken() {
        JobPlan plan = plan("{'workload':'w','price':'2.5','priority':-7,'max_attempts':9,'ttl_s':30,"
                + "'limits':{'max_runtime_s':77}}");

        assertThat(plan.price()).isEqualTo(2_500_000);
        assertThat(plan.priority()).isEqualTo(-7);
        assertThat(plan.maxAttempts()).isEqualTo(9);
        assertThat(plan.maxRuntimeS()).isEqualTo(77);
        assertThat(plan.expiresAt(NOW)).isEqualTo(NOW.plusSeconds(30));
    }

    @Test
    void without_a_price_the_highest_accepted_ask_is_the_offer() {
        JobPlan plan = plan("{'workload':'w','constraints':{'max_price':'3'}}");

        assertThat(plan.price()).isEqualTo(3_000_000);
        assertThat(plan.need().maxAsk()).isEqualTo(3_000_000);
        assertThat(plan("{'workload':'w','price':'5','constraints':{'max_price':'3'}}")
                        .price())
                .isEqualTo(5_000_000);
    }

    @Test
    void a_job_leaves_the_queue_at_its_deadline_when_that_comes_first() {
        String early = "{'workload':'w','ttl_s':60,'deadline':'2026-01-01T00:00:59Z'}";
        String late = "{'workload':'w','ttl_s':60,'deadline':'2026-01-01T00:01:01Z'}";

        assertThat(plan(early).expiresAt(NOW)).isEqualTo(NOW.plusSeconds(59));
        assertThat(plan(late).expiresAt(NOW)).isEqualTo(NOW.plusSeconds(60));
    }

    @Test
    void limits_and_constraints_ask_for_the_larger_of_both() {
        JobNeed need = plan("{'workload':'w','constraints':{'min_vram_mb':10,'min_ram_mb':50},"
                        + "'limits':{'vram_mb':20,'ram_mb':40}}")
                .need();

        assertThat(need.minVramMb()).isEqualTo(20);
        assertThat(need.minRamMb()).isEqualTo(50);
    }

    @Test
    void the_same_need_in_another_order_is_the_same_need() {
        JobNeed one = plan("{'workload':'w','constraints':{'models':['b','a','a'],'workloads':['y','x']}}")
                .need();
        JobNeed other = plan("{'workload':'w','constraints':{'workloads':['x','y'],'models':['a','b']}}")
                .need();

        assertThat(one).isEqualTo(other);
        assertThat(CanonicalJson.bytes(one)).isEqualTo(CanonicalJson.bytes(other));
    }

    @Test
    void a_need_comes_back_from_its_document_as_it_was() {
        JobNeed need = plan("{'workload':'w','price':'123456789012345678901234.000001','constraints':{'gpu':true,"
                        + "'cuda':'12.4','min_vram_mb':1,'min_ram_mb':2,'models':['m'],'workloads':['x'],"
                        + "'region':'eu','max_price':'0.5'}}")
                .need();

        assertThat(Json.own(Json.text(need), JobNeed.class)).isEqualTo(need);
    }

    private static JobPlan plan(String request) {
        return JobPlan.of(request(request), DEFAULTS);
    }
}
