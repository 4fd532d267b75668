package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.e2e.Api.Answer;
import io.pithead.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Container tasks over HTTP, with a miner played by hand: what the wire says, and what it refuses. */
@ExtendWith(SharedServer.class)
class TaskApiIT {
    private static final String[] JSON = {"Content-Type", "application/json"};
    private static Tenant tenant;

    @BeforeAll
    static void people() {
        tenant = SharedServer.operator().tenant("tasks").deposit("1000");
    }

    @Test
    void a_task_runs_on_a_node_ends_and_is_paid() {
        Containers host = Containers.on(tenant, SharedServer.name("host"));
        assertThat(host.task().get("state").asText()).isEqualTo("PENDING");
        assertThat(host.task().get("image").asText()).isEqualTo("ubuntu:latest");

        JsonNode offer = tenant.next(host.minerId());
        assertThat(offer.get("workload").asText()).isEqualTo("container");
        assertThat(offer.at("/container/image").asText()).isEqualTo("ubuntu:latest");
        assertThat(offer.at("/container/task")).isEqualTo(host.task().get("id"));
        host.report(offer, "PULLING", null);
        host.await("PULLING");
        host.report(offer, "RUNNING", null);
        host.await("RUNNING");
        assertThat(node(host).get("status").asText()).isEqualTo("Healthy");
        assertThat(node(host).get("task_id")).isEqualTo(host.task().get("id"));
        assertThat(node(host).get("task_state").asText()).isEqualTo("RUNNING");
        assertThat(node(host).get("ip_address").isNull()).isTrue();

        host.prove(offer).expect(201);
        host.await("COMPLETED");
        assertThat(host.look().at("/nodes/0/exit_code").asInt(-1)).isZero();
        JsonNode receipt = tenant.buyer()
                .get("/v1/jobs/" + offer.get("id").asText() + "/receipt")
                .expect(200)
                .body();
        assertThat(receipt.get("price").asText()).isEqualTo("2.000000");
    }

    @Test
    void pause_and_resume_reach_the_miner_and_count_once_it_says_so() {
        Containers host = Containers.on(tenant, SharedServer.name("host"));
        JsonNode offer = tenant.next(host.minerId());
        host.report(offer, "RUNNING", 0L);
        host.await("RUNNING");
        String path = "/tasks/" + host.task().get("id").asText();
        long generation = tenant.buyer()
                .post(path + "/pause", Map.of())
                .expect(200)
                .body()
                .at("/task/generation")
                .asLong();
        assertThat(host.beat(offer)).hasSize(1);
        assertThat(host.beat(offer).get(0).get("type").asText()).isEqualTo("task");
        assertThat(host.beat(offer).get(0).get("order").asText()).isEqualTo("pause");
        assertThat(host.look().get("state").asText()).isEqualTo("RUNNING");
        host.report(offer, "PAUSED", generation);
        assertThat(host.beat(offer)).isEmpty();
        host.await("PAUSED");
        tenant.buyer().post(path + "/resume", Map.of()).expect(200);
        assertThat(host.beat(offer).get(0).get("order").asText()).isEqualTo("run");
        tenant.buyer().post("/nodes/" + address(host) + "/restart", Map.of()).expect(200);
        assertThat(host.beat(offer).get(0).get("order").asText()).isEqualTo("restart");
    }

    @Test
    void a_deleted_task_is_stopped_at_its_node_and_its_money_is_free_again() {
        Tenant buyer = SharedServer.operator().tenant("leaver").deposit("10");
        Containers host = Containers.on(buyer, SharedServer.name("host"));
        JsonNode offer = buyer.next(host.minerId());
        host.report(offer, "RUNNING", null);
        assertThat(buyer.balance()).isEqualByComparingTo("8");
        buyer.buyer()
                .send("DELETE", "/tasks/" + host.task().get("id").asText(), new byte[0])
                .expect(200);
        host.await("STOPPED");
        JsonNode directive = host.beat(offer).get(0);
        assertThat(directive.get("type").asText()).isEqualTo("stop");
        assertThat(directive.get("reason").asText()).isEqualTo("cancelled");
        assertThat(buyer.balance()).isEqualByComparingTo("10");
        Refused.with(host.prove(offer), 409, "CONFLICT_STATE");
    }

    @Test
    void output_is_read_by_node_and_the_miner_is_asked_for_it_while_somebody_reads() {
        Containers host = Containers.on(tenant, SharedServer.name("host"));
        JsonNode offer = tenant.next(host.minerId());
        host.report(offer, "RUNNING", null);
        assertThat(host.beat(offer)).isEmpty();
        tenant.buyer().get("/nodes/" + address(host) + "/logs").expect(200);
        assertThat(host.beat(offer).get(0).get("type").asText()).isEqualTo("logs");
        tenant.miner()
                .post(
                        "/v1/miner/logs",
                        Map.of(
                                "id",
                                offer.get("id"),
                                "lease",
                                offer.get("lease"),
                                "pieces",
                                List.of(Map.of("offset", 0, "text", "2026-01-01T00:00:00Z stdout F hello\n"))))
                .expect(202);
        assertThat(tenant.buyer()
                        .get("/nodes/" + address(host) + "/logs")
                        .expect(200)
                        .body()
                        .get("logs")
                        .asText())
                .contains("stdout F hello");
    }

    @Test
    void what_a_container_and_its_gpus_do_is_read_by_node_and_by_task() {
        Containers host = Containers.on(tenant, SharedServer.name("host"));
        String byTask = "/tasks/" + host.task().get("id").asText() + "/metrics";
        JsonNode offer = tenant.next(host.minerId());
        assertThat(tenant.buyer().get(byTask).expect(200).body().get("containers"))
                .isEmpty();
        Map<String, ?> figures = Map.of(
                "cpu_ms",
                1_500,
                "gpus",
                List.of(
                        Map.of(
                                "uuid", "GPU-a",
                                "utilization_percent", 97,
                                "memory_used_mb", 61_440,
                                "power_w", 412.37,
                                "temperature_c", 64),
                        Map.of("uuid", "GPU-b")));
        host.beat(offer, figures);
        JsonNode told = Json.own(Json.text(figures), JsonNode.class);
        assertThat(tenant.buyer()
                        .get("/nodes/" + address(host) + "/metrics")
                        .expect(200)
                        .body()
                        .at("/metrics/" + host.task().get("id").asText()))
                .isEqualTo(told);
        JsonNode containers = tenant.buyer().get(byTask).expect(200).body().get("containers");
        assertThat(containers).hasSize(1);
        assertThat(containers.at("/0/job")).isEqualTo(offer.get("id"));
        assertThat(containers.at("/0/address").asText()).isEqualTo(address(host));
        assertThat(containers.at("/0/metrics")).isEqualTo(told);
    }

    @Test
    void secrets_reach_the_holder_and_nobody_else() {
        Containers host = Containers.on(
                tenant,
                SharedServer.name("host"),
                Map.of(
                        "secrets",
                        Map.of("TOKEN", "hush-hush"),
                        "registry_auth",
                        Map.of("username", "u", "password", "very-secret")));
        assertThat(host.look().get("secrets").get(0).asText()).isEqualTo("TOKEN");
        JsonNode offer = tenant.next(host.minerId());
        assertThat(offer.at("/container/secrets/env/TOKEN").asText()).isEqualTo("hush-hush");
        assertThat(offer.at("/container/secrets/registry_auth/password").asText())
                .isEqualTo("very-secret");
        for (String path : List.of(
                "/tasks",
                "/tasks/" + host.task().get("id").asText(),
                "/v1/jobs/" + offer.get("id").asText(),
                "/nodes")) {
            assertThat(tenant.buyer().get(path).expect(200).text()).doesNotContain("hush-hush", "very-secret");
        }
    }

    @Test
    void the_same_key_and_task_are_one_task() {
        Map<String, ?> request =
                Map.of("name", "once", "image", "a", "replicas", 1, "requirements", "ram_mb=999999999");
        String key = SharedServer.name("key");
        Answer first = tenant.buyer()
                .send("POST", "/tasks", Json.write(request), JSON[0], JSON[1], "Idempotency-Key", key)
                .expect(201);
        Answer again = tenant.buyer()
                .send("POST", "/tasks", Json.write(request), JSON[0], JSON[1], "Idempotency-Key", key)
                .expect(201);
        assertThat(again.body().at("/task/id")).isEqualTo(first.body().at("/task/id"));
    }

    @Test
    void every_wrong_member_is_named_at_once() {
        Answer answer = tenant.buyer()
                .post(
                        "/tasks",
                        Map.of(
                                "name",
                                "",
                                "image",
                                "Not An Image",
                                "replicas",
                                0,
                                "env_vars",
                                Map.of("1X", "y"),
                                "price",
                                "much"));
        for (String member : List.of("/name", "/image", "/replicas", "/env_vars/1X", "/price")) {
            Refused.naming(answer, member);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "requirements|\"gpu:speed=1\"|/requirements",
                "volume_mounts|[{\"host_path\":\"/../etc\",\"container_path\":\"/x\"}]|/volume_mounts/0/host_path",
                "volume_mounts|[{\"host_path\":\"/etc\",\"container_path\":\"x\"}]|/volume_mounts/0/container_path",
                "resources|{\"cpus\":-1}|/resources/cpus",
                "restart|{\"policy\":\"sometimes\"}|/restart/policy",
                "ports|[{\"container_port\":0}]|/ports/0/container_port",
                "metadata|{\"labels\":{\"pithead.job\":\"x\"}}|/metadata/labels/pithead.job",
                "cmd|[\"${GROUP_INDEX}\"]|/",
                "scheduling_config|{\"plugins\":{\"node_groups\":{}}}|/scheduling_config/plugins/node_groups",
                "scheduling_config|{\"plugins\":{\"node_groups\":{\"allowed_topologies\":[\"none\"]}}}|/scheduling_config/plugins/node_groups/allowed_topologies",
                "scheduling_config|{\"plugins\":{\"other\":{}}}|/scheduling_config/plugins/other",
                "metered|{}|/metered/cpu_second",
                "metered|{\"cpu_second\":\"0\"}|/metered/cpu_second",
                "metered|{\"cpu_second\":\"0.01\"}|/metered/cpu_second",
                "metered|{\"ram_gb_hour\":0.01}|/metered/ram_gb_hour",
                "deadline|\"+100000-01-01T00:00:00Z\"|/deadline",
                "surprise|1|/surprise",
            })
    void a_wrong_member_is_named(String member, String value, String pointer) {
        String body = "{\"name\":\"a\",\"image\":\"a\",\"" + member + "\":" + value + "}";
        Refused.naming(tenant.buyer().send("POST", "/tasks", body.getBytes(StandardCharsets.UTF_8), JSON), pointer);
    }

    @Test
    void a_container_is_no_batch_job_and_its_state_is_the_miners_to_report_only_as_far_as_it_goes() {
        Refused.naming(
                tenant.buyer().post("/v1/jobs", Map.of("workload", "container", "params", Map.of())), "/workload");
        Containers host = Containers.on(tenant, SharedServer.name("host"));
        JsonNode offer = tenant.next(host.minerId());
        Refused.naming(
                tenant.miner()
                        .post(
                                "/v1/miner/progress",
                                Map.of(
                                        "id",
                                        offer.get("id"),
                                        "lease",
                                        offer.get("lease"),
                                        "container",
                                        Map.of("state", "COMPLETED"))),
                "/container/state");
    }

    @Test
    void nothing_is_open_without_a_key_unless_the_demo_says_so() {
        Refused.with(SharedServer.open().get("/nodes"), 401, "UNAUTHORIZED_KEY");
        Refused.with(SharedServer.open().post("/tasks", Map.of("name", "a", "image", "a")), 401, "UNAUTHORIZED_KEY");
    }

    private static String address(Containers host) {
        return host.task().at("/nodes/0/address").asText();
    }

    private static JsonNode node(Containers host) {
        String cursor = "";
        while (true) {
            JsonNode page =
                    tenant.buyer().get("/nodes?limit=200" + cursor).expect(200).body();
            for (JsonNode node : page.get("nodes")) {
                if (node.get("address").asText().equals(address(host))) {
                    return node;
                }
            }
            assertThat(page.get("next_cursor")).as("the node is listed").isNotNull();
            cursor = "&cursor=" + page.get("next_cursor").asText();
        }
    }
}
