package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Containers that are paid by time, with a miner played by hand; the shared server's slices are seconds. */
@ExtendWith(SharedServer.class)
class MeteredTaskIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Map<String, ?> RESOURCES = Map.of("ram_mb", 1000);

    private static Containers host(String deposit, Map<String, ?> metered) {
        Tenant tenant = SharedServer.operator().tenant("metered").deposit(deposit);
        return Containers.on(tenant, SharedServer.name("host"), Map.of("resources", RESOURCES, "metered", metered));
    }

    private static JsonNode receipts(Containers host, JsonNode offer) {
        return host.owner()
                .buyer()
                .get("/v1/jobs/" + offer.get("id").asText() + "/receipts")
                .expect(200)
                .body()
                .get("items");
    }

    private static BigDecimal reserved(Containers host) {
        return new BigDecimal(host.owner()
                .buyer()
                .get("/v1/wallet/balance")
                .expect(200)
                .body()
                .get("reserved")
                .asText());
    }

    @Test
    void what_heartbeats_show_is_paid_in_slices_while_it_runs() {
        Containers host = host("100", Map.of("ram_gb_hour", "360"));
        assertThat(reserved(host)).isEqualByComparingTo("0.2");
        JsonNode offer = host.owner().next(host.minerId());
        host.report(offer, "RUNNING", null);
        Await.until("a paid slice", SOON, () -> {
            host.beat(offer);
            return !receipts(host, offer).isEmpty();
        });
        JsonNode slice = receipts(host, offer).get(0);
        assertThat(slice.get("unit_type").asText()).isEqualTo("container_second");
        assertThat(new BigDecimal(slice.get("price").asText())).isPositive();
        assertThat(slice.at("/metadata/slice").asInt()).isEqualTo(1);
        assertThat(host.look().get("state").asText()).isEqualTo("RUNNING");
        host.prove(offer).expect(201);
        host.await("COMPLETED");
        Await.until("the reserve to be given back", SOON, () -> reserved(host).signum() == 0);
        BigDecimal paid = receipts(host, offer)
                .valueStream()
                .map(receipt -> new BigDecimal(receipt.get("price").asText()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(new BigDecimal(host.look().get("spent").asText())).isEqualByComparingTo(paid);
    }

    @Test
    void a_budget_that_runs_out_stops_the_container_at_its_miner() {
        Containers host = host("100", Map.of("ram_gb_hour", "360", "budget", "0.25"));
        JsonNode offer = host.owner().next(host.minerId());
        host.report(offer, "RUNNING", null);
        JsonNode[] order = new JsonNode[1];
        Await.until("an order to stop", SOON, () -> {
            JsonNode directives = host.beat(offer);
            order[0] = directives.isEmpty() ? null : directives.get(0);
            return order[0] != null;
        });
        assertThat(order[0].get("type").asText()).isEqualTo("stop");
        host.await("STOPPED");
        Await.until("the reserve to be given back", SOON, () -> reserved(host).signum() == 0);
        assertThat(new BigDecimal(host.look().get("spent").asText()))
                .isBetween(new BigDecimal("0.15"), new BigDecimal("0.25"));
        assertThat(host.look().get("warning").asText()).contains("money");
        assertThat(host.look().at("/nodes/0/reason").asText()).contains("run out");
    }
}
