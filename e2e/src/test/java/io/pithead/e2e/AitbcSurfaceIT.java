package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.e2e.Api.Answer;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.receipt.PublicKeys;
import io.pithead.protocol.receipt.Receipts;
import io.pithead.protocol.signing.CanonicalJson;
import io.pithead.protocol.signing.Digests;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** AITBC's later surface, in its own shapes and with {@code X-Api-Key}: the same story, and none of its faults. */
@ExtendWith(SharedServer.class)
class AitbcSurfaceIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final JsonNode RESULT = Json.toTree(Map.of("text", "done", "tokens", 7));

    private final String workload = SharedServer.name("aitbc");
    private Operator operator;
    private Tenant buyer;
    private Miner miner;

    /** A miner of that surface: its key is all that it is. */
    private record Miner(Tenant tenant) {
        Answer post(String path, Object body) {
            return Api.open(tenant.miner().origin())
                    .send(
                            "POST",
                            "/v1/miners/" + path,
                            Json.write(body),
                            "Content-Type",
                            "application/json",
                            "X-Api-Key",
                            tenant.miner().key());
        }

        Miner register(String workload) {
            JsonNode answer = post(
                            "register",
                            Map.of(
                                    "capabilities",
                                    Map.of(
                                            "gpus",
                                            List.of(Map.of("name", "RTX 4060 Ti", "memory_mb", 16_000)),
                                            "cuda",
                                            "12.4",
                                            "models",
                                            List.of("llama3"),
                                            "workloads",
                                            List.of(workload),
                                            "price",
                                            0.5,
                                            "hostname",
                                            "not ours to know"),
                                    "concurrency",
                                    2,
                                    "region",
                                    "eu"))
                    .expect(200)
                    .body();
            assertThat(answer.get("status").asText()).isEqualTo("ok");
            assertThat(answer.get("session_token").asText()).isNotBlank();
            return this;
        }

        JsonNode poll() {
            JsonNode[] job = new JsonNode[1];
            Await.until("a job", SOON, () -> {
                Answer answer = post("poll", Map.of("max_wait_seconds", 5));
                if (answer.status() == 204) {
                    return false;
                }
                job[0] = answer.expect(200).body();
                return true;
            });
            return job[0];
        }

        Answer result(String job) {
            return post(job + "/result", Map.of("result", RESULT, "metrics", Map.of("duration_ms", 12)));
        }

        Answer fail(String job) {
            return post(job + "/fail", Map.of("error_code", "e-oom", "error_message", "out of memory"));
        }
    }

    @BeforeEach
    void people() {
        operator = SharedServer.operator();
        buyer = operator.tenant("aitbc-buyer").deposit("100");
        miner = new Miner(operator.tenant("aitbc-miner"));
    }

    @Test
    void a_job_is_done_and_paid() {
        miner.register(workload);
        assertThat(miner.post("heartbeat", Map.of("inflight", 0, "status", "ONLINE", "metadata", Map.of()))
                        .expect(200)
                        .body()
                        .get("status")
                        .asText())
                .isEqualTo("ok");
        String job = buyer.submit(
                workload, Map.of("constraints", Map.of("gpu", true, "cuda", "12.0", "min_vram_mb", 8_000)));
        JsonNode offer = miner.poll();
        assertThat(offer.get("job_id").asText()).isEqualTo(job);
        assertThat(offer.at("/payload/params/text").asText()).isEqualTo(Tenant.OUTPUT);
        assertThat(offer.get("constraints").isObject()).isTrue();

        JsonNode receipt = miner.result(job).expect(200).body().get("receipt");

        PublicKeys keys = Json.own(operator.api().get("/v1/keys").expect(200).text(), PublicKeys.class);
        assertThat(Receipts.problems(receipt, keys)).isEmpty();
        assertThat(receipt.get("artifact_hash").asText()).isEqualTo(Digests.sha256Hex(CanonicalJson.bytes(RESULT)));
        assertThat(buyer.state(job)).isEqualTo("COMPLETED");
        assertThat(buyer.buyer()
                        .get("/v1/jobs/" + job + "/result")
                        .expect(200)
                        .body()
                        .get("output"))
                .isEqualTo(RESULT);
        assertThat(miner.tenant().balance()).isEqualByComparingTo("2.5");
        // their client tries again when an answer is lost
        assertThat(miner.result(job).expect(200).body().get("receipt")).isEqualTo(receipt);
        assertThat(miner.tenant().balance()).isEqualByComparingTo("2.5");
    }

    @Test
    void a_failure_gives_the_job_another_attempt() {
        miner.register(workload);
        String job = buyer.submit(workload, Map.of("max_attempts", 2));
        miner.poll();
        miner.fail(job).expect(200);
        assertThat(buyer.state(job)).isEqualTo("QUEUED");
        assertThat(miner.poll().get("job_id").asText()).isEqualTo(job);
        miner.fail(job).expect(200);
        assertThat(buyer.state(job)).isEqualTo("FAILED");
        assertThat(buyer.buyer()
                        .get("/v1/jobs/" + job)
                        .expect(200)
                        .body()
                        .at("/error/message")
                        .asText())
                .isEqualTo("out of memory");
        assertThat(buyer.balance()).isEqualByComparingTo("100");
    }

    @Test
    void another_miners_result_and_failure_are_refused() {
        miner.register(workload);
        Miner other = new Miner(operator.tenant("aitbc-other")).register(SharedServer.name("aitbc-other"));
        String job = buyer.submit(workload);
        miner.poll();
        var before = buyer.picture();
        Refused.with(other.result(job), 404, "JOB_NOT_FOUND");
        Refused.with(other.fail(job), 404, "JOB_NOT_FOUND");
        assertThat(buyer.picture()).isEqualTo(before);
        miner.result(job).expect(200);
        assertThat(other.tenant().balance()).isZero();
    }

    @Test
    void a_canceled_jobs_result_is_refused() {
        miner.register(workload);
        String job = buyer.submit(workload);
        miner.poll();
        buyer.buyer().post("/v1/jobs/" + job + "/cancel", Map.of()).expect(200);
        var before = buyer.picture();
        Refused.with(miner.result(job), 409, "CONFLICT_STATE");
        Refused.somehow(miner.fail(job));
        assertThat(buyer.picture()).isEqualTo(before);
        assertThat(miner.tenant().balance()).isZero();
    }

    @Test
    void another_result_for_a_job_that_is_done_is_refused() {
        miner.register(workload);
        String job = buyer.submit(workload);
        miner.poll();
        miner.result(job).expect(200);
        Refused.with(miner.post(job + "/result", Map.of("result", Map.of("text", "other"))), 409, "PROOF_CONFLICT");
        Refused.somehow(miner.fail(job));
        assertThat(buyer.state(job)).isEqualTo("COMPLETED");
    }

    @Test
    void who_never_registered_is_told_so() {
        Refused.with(miner.post("poll", Map.of("max_wait_seconds", 0)), 404, "NODE_NOT_FOUND");
        Refused.with(miner.post("heartbeat", Map.of()), 404, "NODE_NOT_FOUND");
        Refused.with(miner.post("drain", Map.of()), 404, "NODE_NOT_FOUND");
    }

    @Test
    void a_drained_miner_gets_no_more() {
        miner.register(workload);
        assertThat(miner.post("drain", Map.of())
                        .expect(200)
                        .body()
                        .get("status")
                        .asText())
                .isEqualTo("ok");
        buyer.submit(workload);
        miner.post("poll", Map.of("max_wait_seconds", 1)).expect(204);
        miner.register(workload);
        miner.poll();
    }

    @Test
    void results_and_polls_that_make_no_sense_are_refused() {
        miner.register(workload);
        String job = buyer.submit(workload);
        miner.poll();
        var before = buyer.picture();
        Refused.with(miner.post("poll", Map.of("max_wait_seconds", -1)), 400, "MALFORMED_REQUEST");
        Refused.with(miner.post("poll", Map.of("max_wait_seconds", "soon")), 422, "INVALID_PAYLOAD");
        Refused.with(miner.post("register", Map.of("concurrency", 0)), 422, "INVALID_PAYLOAD");
        Refused.somehow(miner.post(job + "/result", Map.of("result", RESULT, "metrics", Map.of("cost", -1))));
        ObjectNode huge = Json.toTree(Map.of()).deepCopy();
        huge.set("result", Json.toTree(Map.of("n", new java.math.BigDecimal("1e999999"))));
        Refused.somehow(miner.post(job + "/result", huge));
        assertThat(buyer.picture()).isEqualTo(before);
    }

    @Test
    void the_operator_sees_figures_jobs_and_miners() {
        miner.register(workload);
        String done = buyer.submit(workload);
        miner.poll();
        miner.result(done).expect(200);
        String waiting = buyer.submit(SharedServer.name("aitbc-waiting"));

        // they are counted anew when they are ten seconds old, or later where counting takes long
        Await.until("figures that know of the job", Duration.ofMinutes(2), () -> {
            JsonNode stats = operator.api().get("/v1/admin/stats").expect(200).body();
            return stats.get("nodes_online").asInt() > 0
                    && stats.get("completed_last_hour").asInt() > 0
                    && stats.get("queued").isObject();
        });
        JsonNode jobs = operator.api().get("/v1/admin/jobs").expect(200).body().get("items");
        assertThat(jobs.valueStream().map(job -> job.get("id").asText())).contains(done, waiting);
        JsonNode miners = operator.api()
                .get("/v1/admin/miners?limit=200")
                .expect(200)
                .body()
                .get("items");
        assertThat(miners.valueStream()
                        .filter(node -> node.get("account")
                                .asText()
                                .equals(miner.tenant().account())))
                .singleElement()
                .satisfies(node -> {
                    assertThat(node.at("/capabilities/limits/vram_mb").asInt()).isEqualTo(16_000);
                    assertThat(node.at("/capabilities/region").asText()).isEqualTo("eu");
                    assertThat(node.get("online").asBoolean()).isTrue();
                });
    }
}
