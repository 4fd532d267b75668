package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.protocol.job.Finding;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.job.ProofClaim;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Miners that agree are paid, one that lies is not: by REST alone, as a buyer, its miners and the operator see it. */
@ExtendWith(SharedServer.class)
class VerificationIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    static final String LIE = "not the answer";

    private static Operator operator;
    private static Tenant buyer;

    @BeforeAll
    static void people() {
        operator = SharedServer.operator();
        buyer = operator.tenant("verified-buyer").deposit("100");
    }

    static Tenant miner(Operator operator, String workload, String name) {
        Tenant miner = operator.tenant(name);
        miner.register(name, workload, 4, true);
        miner.miner()
                .post("/v1/miner/heartbeat", Map.of("miner_id", name, "wallet", "w", "mode", "cpu", "gpu", false))
                .expect(200);
        return miner;
    }

    /** Polls as each of these until one has a job. */
    static Map.Entry<String, JsonNode> taken(Map<String, Tenant> miners) {
        var found = new HashMap<String, JsonNode>();
        Await.until("a job for one of " + miners.keySet(), SOON, () -> {
            for (var miner : miners.entrySet()) {
                Api.Answer answer = miner.getValue().miner().get("/v1/miner/next?slots=1&miner=" + miner.getKey());
                if (answer.status() == 200) {
                    found.put(miner.getKey(), answer.body());
                    return true;
                }
            }
            return false;
        });
        return found.entrySet().iterator().next();
    }

    @Test
    void one_card_under_two_accounts_is_named_to_the_operator_alone() {
        String card = "GPU-" + UUID.randomUUID();
        var twins = List.of(operator.tenant("twin-1"), operator.tenant("twin-2"));
        for (Tenant twin : twins) {
            twin.miner()
                    .post(
                            "/v1/miner/register",
                            Map.of(
                                    "miner_id",
                                    "rig",
                                    "mode",
                                    "gpu",
                                    "hardware",
                                    Map.of("gpus", List.of(Map.of("uuid", card)), "host", "ab".repeat(32))))
                    .expect(201);
        }

        JsonNode found = operator.api()
                .get("/v1/admin/twins?limit=200")
                .expect(200)
                .body()
                .get("items")
                .valueStream()
                .filter(one -> one.get("mark").asText().equals(card))
                .findFirst()
                .orElseThrow();
        assertThat(found.get("kind").asText()).isEqualTo("GPU");
        assertThat(found.get("nodes")
                        .valueStream()
                        .map(node -> node.get("account").asText()))
                .containsExactlyInAnyOrderElementsOf(
                        twins.stream().map(Tenant::account).toList());
        Refused.with(twins.getFirst().miner().get("/v1/admin/twins"), 403, "FORBIDDEN_SCOPE");
        Refused.with(operator.api().get("/v1/admin/twins?cursor=x"), 400, "MALFORMED_REQUEST");
    }

    static Map<String, Object> lie(JsonNode offer) {
        Map<String, Object> proof =
                Tenant.proof(offer.get("id").asText(), offer.get("lease").asLong());
        proof.put("output", LIE);
        proof.put("output_sha", sha(LIE));
        return proof;
    }

    @Test
    void who_agrees_is_paid_and_who_lies_is_not() {
        String workload = SharedServer.name("verified");
        var miners = new HashMap<String, Tenant>();
        Stream.of("-a", "-b", "-c")
                .forEach(name -> miners.put(workload + name, miner(operator, workload, workload + name)));
        String job = buyer.submit(workload, Map.of("verification", Map.of("mode", "replicate")));

        Map.Entry<String, JsonNode> first = taken(miners);
        Tenant liar = Objects.requireNonNull(miners.remove(first.getKey()));
        JsonNode answer = liar.miner()
                .post("/v1/miner/proof", lie(first.getValue()))
                .expect(202)
                .body();
        assertThat(answer.get("state").asText()).isEqualTo("VERIFYING");
        assertThat(buyer.state(job)).isEqualTo("VERIFYING");
        var honest = new ArrayList<Tenant>();
        var replicas = new ArrayList<JsonNode>();
        while (!miners.isEmpty()) {
            Map.Entry<String, JsonNode> next = taken(miners);
            honest.add(Objects.requireNonNull(miners.remove(next.getKey())));
            replicas.add(next.getValue());
            honest.getLast().prove(next.getValue()).expect(202);
        }
        Await.until("the verdict", SOON, () -> buyer.state(job).equals("COMPLETED"));

        JsonNode view = buyer.buyer()
                .get("/v1/jobs/" + job + "/verification")
                .expect(200)
                .body();
        assertThat(view.get("verdict").asText()).isEqualTo("AGREED");
        assertThat(view.get("result").asInt()).isEqualTo(1);
        assertThat(view.get("items").findValuesAsText("verdict")).containsExactly("DISSENTED", "PAID", "PAID");
        assertThat(view.toString()).doesNotContain(first.getKey(), liar.account());
        assertThat(buyer.buyer()
                        .get("/v1/jobs/" + job + "/result")
                        .expect(200)
                        .body()
                        .get("output")
                        .asText())
                .isEqualTo(Tenant.OUTPUT);
        assertThat(liar.balance()).isEqualByComparingTo("0");
        for (int i = 0; i < honest.size(); i++) {
            assertThat(honest.get(i).balance()).isEqualByComparingTo("2.5");
            honest.get(i).prove(replicas.get(i)).expect(200);
            // nothing tells a miner whose job repeats another's
            assertThat(withoutItsOwn(replicas.get(i))).isEqualTo(withoutItsOwn(first.getValue()));
        }
        JsonNode disagreements = operator.api()
                .get("/v1/admin/disagreements?limit=200")
                .expect(200)
                .body()
                .get("items");
        assertThat(disagreements
                        .valueStream()
                        .filter(one -> one.get("job").asText().equals(job))
                        .map(one -> one.get("decision").asText()))
                .contains("AGREED");
        Refused.with(
                buyer.buyer().post("/v1/jobs/" + view.at("/items/1/job").asText() + "/cancel", Map.of()),
                409,
                "CONFLICT_STATE");
    }

    /** Two who lie alike keep a third from a quorum; a validator does the work once more. */
    @Test
    void whom_a_validator_finds_right_is_paid_and_two_who_lie_alike_are_not() {
        String workload = SharedServer.name("refereed");
        var miners = new HashMap<String, Tenant>();
        var keys = new HashMap<String, WalletKey>();
        Stream.of("-a", "-b", "-c").forEach(name -> {
            var key = WalletKey.generate(new SecureRandom());
            keys.put(workload + name, key);
            Tenant tenant = operator.tenant(workload + name);
            tenant.miner()
                    .post(
                            "/v1/miner/register",
                            Map.of(
                                    "miner_id",
                                    workload + name,
                                    "mode",
                                    "cpu",
                                    "renews",
                                    true,
                                    "workloads",
                                    List.of(workload),
                                    "node_address",
                                    key.address().text()))
                    .expect(201);
            tenant.miner()
                    .post(
                            "/v1/miner/heartbeat",
                            Map.of("miner_id", workload + name, "wallet", "w", "mode", "cpu", "gpu", false))
                    .expect(200);
            miners.put(workload + name, tenant);
        });
        String job = buyer.submit(
                workload,
                Map.of("verification", Map.of("mode", "reexecute", "replicas", 3, "quorum", 3, "max_replicas", 3)));
        Tenant honest = null;
        var liars = new ArrayList<Tenant>();
        while (!miners.isEmpty()) {
            Map.Entry<String, JsonNode> next = taken(miners);
            Tenant miner = Objects.requireNonNull(miners.remove(next.getKey()));
            WalletKey key = Objects.requireNonNull(keys.get(next.getKey()));
            if (liars.size() < 2) {
                Map<String, Object> lie = lie(next.getValue());
                Refused.naming(
                        miner.miner().post("/v1/miner/proof", signed(lie, WalletKey.generate(new SecureRandom()))),
                        "/signature");
                miner.miner().post("/v1/miner/proof", signed(lie, key)).expect(202);
                liars.add(miner);
            } else {
                honest = miner;
                miner.prove(next.getValue()).expect(202);
            }
        }
        Api validator = operator.client(operator.account("referee"), "validator");
        String path = "/v1/validator/cases/" + job;
        Await.until("the case", SOON, () -> validator.get(path).status() == 200);
        assertThat(buyer.state(job)).isEqualTo("VERIFYING");
        JsonNode open = validator.get(path).expect(200).body();
        assertThat(open.has("answers")).isFalse();
        var validatorKey = WalletKey.generate(new SecureRandom());
        var finding = new Finding(
                UUID.fromString(job),
                0L,
                validatorKey.address().text(),
                Tenant.OUTPUT_SHA,
                sha(open.get("request").asText()),
                Instant.parse("2026-11-01T12:00:00Z"),
                null);
        Refused.naming(
                Challenges.post(validator, path + "/finding", finding.signed(WalletKey.generate(new SecureRandom()))),
                "/signature");
        JsonNode seen = Challenges.post(validator, path + "/finding", finding.signed(validatorKey))
                .expect(200)
                .body();
        assertThat(seen.get("answers").findValuesAsText("output_sha")).contains(sha(LIE), Tenant.OUTPUT_SHA);
        Await.until("the verdict", SOON, () -> buyer.state(job).equals("COMPLETED"));

        assertThat(Objects.requireNonNull(honest).balance()).isEqualByComparingTo("2.5");
        liars.forEach(liar -> assertThat(liar.balance()).isEqualByComparingTo("0"));
        JsonNode view = buyer.buyer()
                .get("/v1/jobs/" + job + "/verification")
                .expect(200)
                .body();
        assertThat(view.get("items").findValuesAsText("verdict"))
                .containsExactlyInAnyOrder("DISSENTED", "DISSENTED", "PAID");
        List<ProofClaim> claims = view.get("items")
                .valueStream()
                .filter(item -> item.has("claim"))
                .map(item -> Json.own(item.get("claim").toString(), ProofClaim.class))
                .toList();
        assertThat(claims)
                .hasSize(2)
                .allMatch(claim ->
                        claim.isSignedBy(claim.node()) && claim.outputSha().equals(sha(LIE)));
        assertThat(claims)
                .extracting(ProofClaim::node)
                .isSubsetOf(
                        keys.values().stream().map(key -> key.address().text()).toList());
    }

    private static Map<String, Object> signed(Map<String, Object> proof, WalletKey key) {
        var signed = new HashMap<>(proof);
        signed.put(
                "signature", Json.own(Json.text(proof), Proof.class).signed(key).signature());
        return signed;
    }

    /** What nobody compares it does right or wrong as it likes; what it cannot tell from that was done before. */
    @Test
    void who_lies_now_and_then_is_caught_by_a_job_whose_answer_is_known() {
        String workload = SharedServer.name("canary");
        Tenant payer = operator.tenant(SharedServer.CANARIES).deposit("100");
        var honest = new HashMap<String, Tenant>();
        Stream.of("-a", "-b").forEach(name -> honest.put(workload + name, miner(operator, workload, workload + name)));
        String known = buyer.submit(workload, Map.of("verification", Map.of("mode", "replicate")));
        Map.Entry<String, JsonNode> real = taken(honest);
        Objects.requireNonNull(honest.remove(real.getKey()))
                .prove(real.getValue())
                .expect(202);
        Map.Entry<String, JsonNode> replica = taken(honest);
        Objects.requireNonNull(honest.remove(replica.getKey()))
                .prove(replica.getValue())
                .expect(202);
        Await.until("the known answer", SOON, () -> buyer.state(known).equals("COMPLETED"));

        String name = workload + "-liar";
        Tenant liar = miner(operator, workload, name);
        String plain = buyer.submit(workload);
        JsonNode first = liar.next(name);
        assertThat(first.get("id").asText()).isEqualTo(plain);
        liar.prove(first).expect(201);
        JsonNode canary = liar.next(name);
        assertThat(withoutItsOwn(canary)).isEqualTo(withoutItsOwn(real.getValue()));
        liar.miner().post("/v1/miner/proof", lie(canary)).expect(202);
        String judge = workload + "-c";
        Tenant asked = miner(operator, workload, judge);
        asked.prove(asked.next(judge)).expect(202);

        String id = canary.get("id").asText();
        Await.until("the verdict", SOON, () -> payer.state(id).equals("COMPLETED"));
        assertThat(liar.balance()).as("for the first job only").isEqualByComparingTo("2.5");
        assertThat(asked.balance()).isEqualByComparingTo("2.5");
        assertThat(payer.balance()).isEqualByComparingTo("97.5");
        Refused.with(buyer.buyer().get("/v1/jobs/" + id), 404, "JOB_NOT_FOUND");
        assertThat(operator.api()
                        .get("/v1/admin/disagreements?limit=200")
                        .expect(200)
                        .body()
                        .get("items")
                        .valueStream()
                        .filter(one -> one.get("job").asText().equals(id))
                        .map(one -> one.get("decision").asText()))
                .containsExactly("AGREED", "ASKED", "DOUBTED");
    }

    static JsonNode withoutItsOwn(JsonNode offer) {
        return ((ObjectNode) offer.deepCopy()).remove(List.of("id", "lease", "lease_expires_at"));
    }

    static String sha(String output) {
        return Digests.sha256Hex(output.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void an_output_that_is_not_expected_is_refused_and_another_provider_gets_the_job() {
        String workload = SharedServer.name("expected");
        Tenant wrong = miner(operator, workload, workload + "-wrong");
        String job = buyer.submit(
                workload, Map.of("verification", Map.of("mode", "hash", "expected", List.of(Tenant.OUTPUT_SHA))));
        JsonNode offer = wrong.next(workload + "-wrong");
        Refused.with(wrong.miner().post("/v1/miner/proof", lie(offer)), 409, "PROOF_REFUSED");
        Tenant right = miner(operator, workload, workload + "-right");

        JsonNode second = right.next(workload + "-right");
        assertThat(second.get("id").asText()).isEqualTo(job);
        right.prove(second).expect(201);
        assertThat(buyer.state(job)).isEqualTo("COMPLETED");
        assertThat(wrong.balance()).isEqualByComparingTo("0");
        assertThat(right.balance()).isEqualByComparingTo("2.5");
    }
}
