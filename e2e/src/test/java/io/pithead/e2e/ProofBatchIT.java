package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.e2e.Api.Answer;
import io.pithead.protocol.json.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many proofs in one request: each is answered as it would be alone, whoever stands beside it. */
@ExtendWith(SharedServer.class)
class ProofBatchIT {
    private static final String PATH = "/v1/miner/proofs";
    private static final String NOBODY = "00000000-0000-7000-8000-000000000000";
    private static final BigDecimal PRICE = new BigDecimal("2.5");
    private static final int MAX_PROOFS = 100;

    private static Tenant buyer;
    private static Tenant miner;
    private static Tenant other;

    private String workload;

    @BeforeAll
    static void people() {
        Operator operator = SharedServer.operator();
        buyer = operator.tenant("batch-buyer").deposit("1000");
        miner = operator.tenant("batch-miner");
        other = operator.tenant("batch-other");
    }

    @BeforeEach
    void aMinerOfItsOwn() {
        workload = SharedServer.name("batch");
        miner.register(workload, workload, MAX_PROOFS, true);
    }

    @Test
    void one_refused_item_never_spoils_the_others() {
        Map<String, Object> first = held();
        Map<String, Object> second = held();
        Map<String, Object> canceled = held();
        buyer.buyer()
                .post("/v1/jobs/" + canceled.get("id") + "/cancel", Map.of())
                .expect(200);
        String theirs = SharedServer.name("theirs");
        other.register(theirs, theirs, 1, false);
        buyer.submit(theirs);
        JsonNode foreign = other.next(theirs);
        BigDecimal balance = miner.balance();

        JsonNode outcomes = outcomes(List.of(
                with(first, "output_sha", "abc"),
                Tenant.proof(NOBODY, 1),
                Tenant.proof(foreign.get("id").asText(), foreign.get("lease").asLong()),
                with(first, "lease", 1),
                first,
                first,
                conflicting(first),
                canceled,
                with(second, "more", 1),
                with(second, "artifacts", List.of(Map.of("sha256", "0".repeat(64), "size", 1, "name", "a"))),
                second));

        assertThat(outcomes.findValuesAsText("status"))
                .containsExactly("422", "404", "404", "409", "201", "200", "409", "409", "422", "422", "201");
        assertThat(outcomes.findValues("error").stream()
                        .map(error -> error.get("code").asText()))
                .containsExactly(
                        "INVALID_PAYLOAD",
                        "JOB_NOT_FOUND",
                        "JOB_NOT_FOUND",
                        "LEASE_LOST",
                        "PROOF_CONFLICT",
                        "CONFLICT_STATE",
                        "INVALID_PAYLOAD",
                        "INVALID_PAYLOAD");
        assertThat(outcomes.at("/0/error/details").has("/output_sha")).isTrue();
        assertThat(outcomes.at("/8/error/details").has("/more")).isTrue();
        assertThat(outcomes.at("/9/error/details").has("/artifacts")).isTrue();
        assertThat(outcomes.at("/5/receipt")).isEqualTo(outcomes.at("/4/receipt"));
        assertThat(outcomes.at("/4/receipt/job_id")).isEqualTo(outcomes.at("/4/id"));
        assertThat(outcomes.at("/10/receipt/job_id").asText()).isEqualTo(second.get("id"));
        assertThat(miner.balance().subtract(balance)).isEqualByComparingTo(PRICE.add(PRICE));
        assertThat(other.prove(foreign).status()).isEqualTo(201);
    }

    @Test
    void the_answer_to_an_item_is_the_answer_to_the_single_call() {
        Map<String, Object> proof = held();
        JsonNode accepted = outcomes(List.of(proof)).get(0);
        for (Map<String, Object> again : List.of(proof, conflicting(proof), with(proof, "output_sha", 7))) {
            Answer single = miner.miner().post("/v1/miner/proof", again);
            JsonNode item = outcomes(List.of(again)).get(0);
            assertThat(item.get("status").asInt()).isEqualTo(single.status());
            assertThat(item.path("error")).isEqualTo(single.body().path("error"));
            assertThat(item.path("receipt")).isEqualTo(single.body().path("receipt"));
        }
        assertThat(outcomes(List.of(proof)).at("/0/receipt")).isEqualTo(accepted.get("receipt"));
    }

    @Test
    void many_such_batches_at_once_pay_each_job_once() throws Exception {
        List<Map<String, Object>> proofs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            proofs.add(held());
        }
        List<Map<String, Object>> backwards = new ArrayList<>(proofs);
        Collections.reverse(backwards);
        var turn = new AtomicInteger();
        BigDecimal balance = miner.balance();

        List<JsonNode> answers =
                HostileMinerIT.together(12, () -> outcomes(turn.getAndIncrement() % 2 == 0 ? proofs : backwards));

        List<JsonNode> items = answers.stream().flatMap(JsonNode::valueStream).toList();
        assertThat(items).extracting(item -> item.get("status").asInt()).containsOnly(200, 201);
        assertThat(items).filteredOn(item -> item.get("status").asInt() == 201).hasSize(10);
        assertThat(items.stream().map(item -> item.get("receipt")).distinct()).hasSize(10);
        assertThat(miner.balance().subtract(balance)).isEqualByComparingTo(PRICE.multiply(BigDecimal.TEN));
    }

    @Test
    void the_same_key_and_batch_get_the_first_answer() {
        byte[] body = Json.write(Map.of("proofs", List.of(held(), Tenant.proof(NOBODY, 1))));
        byte[] another = Json.write(Map.of("proofs", List.of(Tenant.proof(NOBODY, 1))));

        Answer first = keyed(body).expect(200);
        Answer again = keyed(body).expect(200);

        assertThat(again.text()).isEqualTo(first.text());
        assertThat(again.headers().firstValue("Idempotency-Replayed")).hasValue("true");
        Refused.with(keyed(another), 409, "IDEMPOTENCY_MISMATCH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "null", "\"text\"", "[]", "true", "{}", "{\"id\":{}}"})
    void an_item_that_is_no_proof_is_refused_alone(String item) {
        Map<String, Object> good = held();
        JsonNode outcomes = text("{\"proofs\":[" + item + "," + Json.text(good) + "," + item + "]}")
                .expect(200)
                .body()
                .get("proofs");
        assertThat(outcomes.findValuesAsText("status")).containsExactly("422", "201", "422");
        assertThat(outcomes.at("/0").has("id")).isFalse();
    }

    @Test
    void a_batch_has_one_to_a_hundred_proofs_and_nothing_else() {
        String item = Json.text(Tenant.proof(NOBODY, 1));
        for (String proofs : List.of("[]", "null", "{}", "7", "[" + (item + ",").repeat(MAX_PROOFS) + item + "]")) {
            Refused.naming(text("{\"proofs\":" + proofs + "}"), "/proofs");
        }
        Refused.naming(text("{}"), "/proofs");
        Refused.naming(text("{\"proofs\":[" + item + "],\"more\":1}"), "/more");
        assertThat(outcomes(Collections.nCopies(MAX_PROOFS, Tenant.proof(NOBODY, 1))))
                .hasSize(MAX_PROOFS)
                .allMatch(outcome -> outcome.get("status").asInt() == 404);
    }

    /** An honest proof of a job that this test's miner holds. */
    private Map<String, Object> held() {
        buyer.submit(workload);
        JsonNode offer = miner.next(workload);
        return Tenant.proof(offer.get("id").asText(), offer.get("lease").asLong());
    }

    private static Map<String, Object> with(Map<String, Object> proof, String member, Object value) {
        var changed = new java.util.HashMap<>(proof);
        changed.put(member, value);
        return changed;
    }

    private static Map<String, Object> conflicting(Map<String, Object> proof) {
        Map<String, Object> changed = with(proof, "output_sha", "0".repeat(64));
        changed.remove("output");
        return changed;
    }

    private static JsonNode outcomes(List<? extends Map<String, ?>> proofs) {
        return miner.miner()
                .post(PATH, Map.of("proofs", proofs))
                .expect(200)
                .body()
                .get("proofs");
    }

    private static Answer keyed(byte[] body) {
        return miner.miner()
                .send("POST", PATH, body, "Content-Type", "application/json", "Idempotency-Key", "the-batch");
    }

    private static Answer text(String body) {
        return miner.miner()
                .send("POST", PATH, body.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
    }
}
