package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Node groups over HTTP, with miners played by hand. */
@ExtendWith(SharedServer.class)
class GroupApiIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static Tenant tenant;

    @BeforeAll
    static void people() {
        tenant = SharedServer.operator().tenant("groups").deposit("1000");
    }

    @Test
    void two_nodes_run_a_task_together_and_each_is_told_its_place() {
        String name = SharedServer.name("pair");
        Containers pair = Containers.pair(tenant, name, Map.of());
        JsonNode group = pair.group();
        assertThat(group.get("node_count").asInt()).isEqualTo(2);
        assertThat(group.get("configuration_name").asText()).isEqualTo("_own");
        assertThat(group.get("state").asText()).isEqualTo("PLACED");
        assertThat(tenant.buyer()
                        .get("/groups")
                        .expect(200)
                        .body()
                        .get("total_count")
                        .asInt())
                .isPositive();
        JsonNode a = tenant.next(name + "-a");
        JsonNode b = tenant.next(name + "-b");
        List<String> words = words(a);
        assertThat(words.subList(1, 4))
                .containsExactly("2", name + "-b", group.get("id").asText());
        assertThat(words(b).subList(1, 3)).containsExactly("2", name + "-a");
        assertThat(List.of(words.getFirst(), words(b).getFirst())).containsExactlyInAnyOrder("0", "1");
        assertThat(a.at("/container/env/GROUP_INDEX").asText()).isEqualTo(words.getFirst());

        pair.report(a, "RUNNING", null);
        pair.report(b, "RUNNING", null);
        pair.await("RUNNING");
        JsonNode logs = tenant.buyer()
                .get("/groups/" + group.get("id").asText() + "/logs")
                .expect(200)
                .body()
                .get("logs");
        assertThat(logs.properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyElementsOf(strings(group.get("nodes")));
        pair.prove(a).expect(201);
        pair.prove(b).expect(201);
        pair.await("COMPLETED");
        Await.until(
                "the group to be over",
                SOON,
                () -> ids(tenant).noneMatch(group.get("id").asText()::equals));
    }

    @Test
    void its_buyer_dissolves_it_and_its_miners_are_told_to_stop() {
        String name = SharedServer.name("pair");
        Tenant buyer = SharedServer.operator().tenant("leaver").deposit("10");
        Containers pair = Containers.pair(buyer, name, Map.of("replicas", 1));
        JsonNode offer = buyer.next(name + "-a");
        pair.report(offer, "RUNNING", null);
        assertThat(buyer.balance()).isEqualByComparingTo("6");
        String id = pair.group().get("id").asText();
        buyer.buyer().send("DELETE", "/groups/" + id, new byte[0]).expect(200);
        assertThat(ids(buyer)).doesNotContain(id);
        JsonNode directive = pair.beat(offer).get(0);
        assertThat(directive.get("type").asText()).isEqualTo("stop");
        assertThat(buyer.balance()).isEqualByComparingTo("10");
        Refused.with(buyer.buyer().send("DELETE", "/groups/" + id, new byte[0]), 404, "NOT_FOUND");
    }

    @Test
    void regrouping_takes_the_callers_groups_of_that_topology() {
        Tenant buyer = SharedServer.operator().tenant("regrouper").deposit("10");
        Containers pair = Containers.pair(buyer, SharedServer.name("pair"), Map.of());
        String id = pair.group().get("id").asText();
        assertThat(regroup(buyer, "trio")).isZero();
        assertThat(regroup(tenant, "_own")).isNotNegative();
        assertThat(ids(buyer)).containsExactly(id);
        assertThat(regroup(buyer, "_own")).isEqualTo(1);
        assertThat(ids(buyer)).doesNotContain(id);
        Refused.with(
                buyer.buyer().post("/groups/force-regroup", Map.of("configuration_name", "none")), 404, "NOT_FOUND");
        Refused.naming(buyer.buyer().post("/groups/force-regroup", Map.of()), "/configuration_name");
    }

    @Test
    void the_operators_topologies_are_told_and_enabled_by_ones_own_tasks() {
        Tenant buyer = SharedServer.operator().tenant("reader").deposit("10");
        assertThat(topology(buyer).get("enabled").asBoolean()).isFalse();
        buyer.buyer()
                .post(
                        "/tasks",
                        Map.of(
                                "name",
                                "a",
                                "image",
                                "a",
                                "requirements",
                                "ram_mb=999999999",
                                "scheduling_config",
                                Map.of(
                                        "plugins",
                                        Map.of("node_groups", Map.of("allowed_topologies", List.of("trio"))))))
                .expect(201);
        assertThat(topology(buyer).get("enabled").asBoolean()).isTrue();
        assertThat(topology(buyer).get("min_group_size").asInt()).isEqualTo(3);
    }

    @Test
    void the_operator_sees_and_dissolves_anybodys() {
        Containers pair = Containers.pair(
                SharedServer.operator().tenant("watched").deposit("10"), SharedServer.name("pair"), Map.of());
        String id = pair.group().get("id").asText();
        Api admin = SharedServer.operator().api();
        assertThat(admin.get("/v1/admin/groups?limit=200").expect(200).text()).contains(id);
        admin.send("DELETE", "/v1/admin/groups/" + id, new byte[0]).expect(204);
        assertThat(ids(pair.owner())).doesNotContain(id);
        assertThat(admin.get("/v1/admin/audit").expect(200).text()).contains("group.dissolve", id);
        Refused.with(admin.send("DELETE", "/v1/admin/groups/" + id, new byte[0]), 404, "NOT_FOUND");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "$(id)", "a b", "a;b", "${TASK_ID}", "-x", "a\nb", "a'b", "a\"b", "a|b", "a`b", "*", "ä"})
    void an_address_that_would_mean_something_in_somebodys_command_is_refused(String address) {
        Refused.naming(
                tenant.miner()
                        .post("/v1/miner/register", Map.of("miner_id", "m", "mode", "cpu", "p2p_address", address)),
                "/p2p_address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"91", "-90.1", "1e3", "0.0000001", "1e-99999999", "1e99999999"})
    void a_place_that_is_not_on_earth_is_refused(String latitude) {
        Refused.naming(
                tenant.miner()
                        .send(
                                "POST",
                                "/v1/miner/register",
                                ("{\"miner_id\":\"m\",\"mode\":\"cpu\",\"location\":{\"longitude\":1,\"latitude\":"
                                                + latitude + "}}")
                                        .getBytes(StandardCharsets.UTF_8),
                                "Content-Type",
                                "application/json"),
                "/location/latitude");
    }

    private static int regroup(Tenant buyer, String topology) {
        return buyer.buyer()
                .post("/groups/force-regroup", Map.of("configuration_name", topology))
                .expect(200)
                .body()
                .get("dissolved")
                .asInt();
    }

    private static JsonNode topology(Tenant buyer) {
        return buyer.buyer().get("/groups/configs").expect(200).body().at("/configurations/0");
    }

    private static Stream<String> ids(Tenant buyer) {
        return buyer.buyer()
                .get("/groups?limit=200")
                .expect(200)
                .body()
                .get("groups")
                .valueStream()
                .map(group -> group.get("id").asText());
    }

    private static List<String> words(JsonNode offer) {
        return strings(offer.at("/container/cmd"));
    }

    private static List<String> strings(JsonNode array) {
        return List.of(Json.own(array.toString(), String[].class));
    }
}
