package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.e2e.Api.Answer;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.receipt.PublicKeys;
import io.pithead.protocol.receipt.Receipt;
import io.pithead.protocol.receipt.Receipts;
import io.pithead.protocol.signing.Ed25519;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A miner that claims what is not so: a lease, a slot, a time, a receipt. */
@ExtendWith(SharedServer.class)
class HostileMinerIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration MINUTE = Duration.ofSeconds(60);
    private static final String OTHER_SHA = "0".repeat(64);
    private static final int CONCURRENCY = 2;

    private static Operator operator;
    private static Tenant buyer;
    private static Tenant miner;

    private String workload;

    @BeforeAll
    static void people() {
        operator = SharedServer.operator();
        buyer = operator.tenant("careful-buyer").deposit("1000");
        miner = operator.tenant("hostile-miner");
    }

    @BeforeEach
    void aMinerOfItsOwn() {
        workload = SharedServer.name("lie");
        miner.register(workload, workload, CONCURRENCY, true);
    }

    // Leases

    @Test
    void who_does_not_hold_the_lease_changes_nothing() {
        String job = buyer.submit(workload);
        long lease = miner.next(workload).get("lease").asLong();
        var before = buyer.picture();
        for (long wrong : new long[] {lease + 1, lease - 1, 0, -1, Long.MAX_VALUE}) {
            Refused.with(prove(job, wrong), 409, "LEASE_LOST");
            Refused.with(fail(job, wrong), 409, "LEASE_LOST");
            Refused.with(progress(job, wrong), 409, "LEASE_LOST");
        }
        assertThat(buyer.picture()).isEqualTo(before);
        prove(job, lease).expect(201);
    }

    @Test
    void a_job_that_was_never_leased_is_nobodys() {
        String job = buyer.submit(SharedServer.name("unwanted"));
        var before = buyer.picture();
        assertNothingTaken(job, 1, 404, "JOB_NOT_FOUND");
        var unnamed = Tenant.proof(job, 1);
        unnamed.remove("lease");
        Refused.with(miner.miner().post("/v1/miner/proof", unnamed), 404, "JOB_NOT_FOUND");
        assertThat(buyer.picture()).isEqualTo(before);
    }

    @Test
    void a_cancelled_job_takes_no_proof_and_its_miner_is_told() {
        String job = buyer.submit(workload);
        long lease = miner.next(workload).get("lease").asLong();
        buyer.buyer().post("/v1/jobs/" + job + "/cancel", Map.of()).expect(200);
        var before = buyer.picture();
        Refused.with(prove(job, lease), 409, "CONFLICT_STATE");
        Refused.with(fail(job, lease), 409, "CONFLICT_STATE");
        assertThat(progress(job, lease).expect(200).body().get("cancel").asBoolean())
                .isTrue();
        assertThat(buyer.picture()).isEqualTo(before);
        assertThat(buyer.state(job)).isEqualTo("CANCELED");
    }

    @Test
    void a_job_past_its_deadline_takes_no_proof() {
        String job = buyer.submit(workload, Map.of("deadline", Instant.now().plusSeconds(4)));
        long lease = miner.next(workload).get("lease").asLong();
        Await.until("the deadline", SOON, () -> buyer.state(job).equals("EXPIRED"));
        var before = buyer.picture();
        assertNothingTaken(job, lease, 409, "CONFLICT_STATE");
        assertThat(buyer.picture()).isEqualTo(before);
    }

    @Test
    void a_failed_job_takes_no_proof() {
        String job = buyer.submit(workload);
        long lease = miner.next(workload).get("lease").asLong();
        miner.miner().post("/v1/miner/fail", Tenant.failure(job, lease, false)).expect(200);
        var before = buyer.picture();
        assertNothingTaken(job, lease, 409, "CONFLICT_STATE");
        assertThat(buyer.picture()).isEqualTo(before);
    }

    @Test
    void a_job_that_waits_for_another_attempt_takes_no_proof_of_the_last_one() {
        String job = buyer.submit(workload);
        long lease = miner.next(workload).get("lease").asLong();
        miner.miner().post("/v1/miner/fail", Tenant.failure(job, lease, true)).expect(200);
        Refused.with(prove(job, lease), 409, "LEASE_LOST");
        JsonNode again = miner.next(workload);
        assertThat(again.get("id").asText()).isEqualTo(job);
        assertThat(again.get("lease").asLong()).isGreaterThan(lease);
        Refused.with(prove(job, lease), 409, "LEASE_LOST");
        miner.prove(again).expect(201);
    }

    @Test
    void a_job_that_is_done_is_paid_once() {
        String job = buyer.submit(workload);
        JsonNode offer = miner.next(workload);
        long lease = offer.get("lease").asLong();
        Answer first = miner.prove(offer).expect(201);
        var balance = miner.balance();
        var before = buyer.picture();
        assertThat(miner.prove(offer).expect(200).body()).isEqualTo(first.body());
        var other = Tenant.proof(job, lease);
        other.remove("output");
        other.put("output_sha", OTHER_SHA);
        Refused.with(miner.miner().post("/v1/miner/proof", other), 409, "PROOF_CONFLICT");
        Refused.with(fail(job, lease), 409, "CONFLICT_STATE");
        Refused.with(progress(job, lease), 409, "CONFLICT_STATE");
        assertThat(buyer.picture()).isEqualTo(before);
        assertThat(miner.balance()).isEqualByComparingTo(balance);
    }

    @Test
    void many_proofs_of_one_job_at_once_are_one() throws Exception {
        String job = buyer.submit(workload);
        JsonNode offer = miner.next(workload);
        var balance = miner.balance();
        List<Answer> answers = together(20, () -> miner.prove(offer));
        assertThat(answers).extracting(Answer::status).containsOnly(200, 201).containsOnlyOnce(201);
        assertThat(answers.stream().map(Answer::body).distinct()).hasSize(1);
        assertThat(miner.balance().subtract(balance)).isEqualByComparingTo("2.5");
        assertThat(buyer.state(job)).isEqualTo("COMPLETED");
    }

    // Slots

    @Test
    void who_lies_about_slots_holds_no_more_than_its_concurrency() throws Exception {
        for (int i = 0; i < 3 * CONCURRENCY; i++) {
            buyer.submit(workload);
        }
        List<Answer> answers = together(
                16, () -> miner.miner().get("/v1/miner/next?miner=" + workload + "&slots=1000&wait=2&batch=true"));
        Set<String> got = new TreeSet<>();
        answers.stream()
                .filter(answer -> answer.status() == 200)
                .flatMap(answer -> answer.body().get("jobs").valueStream())
                .forEach(offer -> got.add(offer.get("id").asText()));
        assertThat(got).hasSize(CONCURRENCY);
        assertThat(held()).isEqualTo(CONCURRENCY);
        miner.miner()
                .get("/v1/miner/next?miner=" + workload + "&slots=1000&batch=true")
                .expect(204);
    }

    @Test
    void a_miner_that_only_ever_beat_has_one_slot() {
        String id = SharedServer.name("beating");
        miner.miner()
                .post("/v1/miner/heartbeat", Map.of("miner_id", id, "wallet", "w", "mode", "cpu", "gpu", 0))
                .expect(200);
        String first = buyer.submit("torch_bench");
        String second = buyer.submit("torch_bench");
        Set<String> got = new TreeSet<>();
        Await.until("the first job", SOON, () -> {
            Answer answer = miner.miner().get("/v1/miner/next?miner=" + id + "&slots=8&batch=true&wait=2");
            if (answer.status() == 200) {
                answer.body()
                        .get("jobs")
                        .forEach(offer -> got.add(offer.get("id").asText()));
            }
            return !got.isEmpty();
        });
        miner.miner()
                .get("/v1/miner/next?miner=" + id + "&slots=8&batch=true")
                .expect(200)
                .body()
                .get("jobs")
                .forEach(offer -> got.add(offer.get("id").asText()));
        assertThat(got).hasSize(1).isSubsetOf(first, second);
        for (String job : List.of(first, second)) {
            buyer.buyer().post("/v1/jobs/" + job + "/cancel", Map.of()).expect(200);
        }
    }

    // Times

    @ParameterizedTest
    @ValueSource(ints = {-300, 300, -86_400, 86_400})
    void a_receipt_has_the_coordinators_times(int skewSeconds) {
        String job = buyer.submit(workload);
        JsonNode offer = miner.next(workload);
        Instant theirs = Instant.now().plusSeconds(skewSeconds);
        var proof = Tenant.proof(job, offer.get("lease").asLong());
        proof.put("started_at", theirs);
        proof.put("completed_at", theirs.plusSeconds(3));
        JsonNode receipt =
                miner.miner().post("/v1/miner/proof", proof).expect(201).body().get("receipt");
        for (String member : List.of("started_at", "completed_at")) {
            assertThat(Instant.parse(receipt.get(member).asText()))
                    .isBetween(Instant.now().minus(MINUTE), Instant.now().plus(MINUTE));
        }
        assertThat(Instant.parse(receipt.get("completed_at").asText()))
                .isAfterOrEqualTo(receipt.get("started_at").asText());
    }

    @Test
    void work_cannot_end_before_it_began() {
        String job = buyer.submit(workload);
        var proof = Tenant.proof(job, miner.next(workload).get("lease").asLong());
        proof.put("started_at", Instant.now());
        proof.put("completed_at", Instant.now().minusSeconds(1));
        Refused.naming(miner.miner().post("/v1/miner/proof", proof), "/completed_at");
    }

    // Receipts

    @Test
    void a_receipt_signed_with_a_key_of_its_own_choosing_is_none(@TempDir Path folder)
            throws IOException, GeneralSecurityException {
        buyer.submit(workload);
        JsonNode good = miner.prove(miner.next(workload)).expect(201).body().get("receipt");
        JsonNode document = operator.api().get("/v1/keys").expect(200).body();
        PublicKeys keys = Json.own(document.toString(), PublicKeys.class);
        assertThat(Receipts.problems(good, keys)).isEmpty();

        Receipt receipt = Json.own(good.toString(), Receipt.class);
        KeyPair own = KeyPairGenerator.getInstance(Ed25519.ALG).generateKeyPair();
        JsonNode unknownKey = Json.toTree(Receipts.sign(receipt.withSignature(null), "mine", own.getPrivate()));
        JsonNode knownName = Json.toTree(Receipts.sign(
                receipt.withSignature(null), keys.keys().getFirst().keyId(), own.getPrivate()));
        ObjectNode dearer = good.deepCopy();
        dearer.put("price", "250.000000");
        ObjectNode more = good.deepCopy();
        more.put("bonus", 1);
        ObjectNode unsigned = good.deepCopy();
        unsigned.remove("signature");
        ObjectNode noAlgorithm = good.deepCopy();
        ((ObjectNode) noAlgorithm.get("signature")).put("alg", "none");
        for (JsonNode bad : List.of(unknownKey, knownName, dearer, more, unsigned, noAlgorithm)) {
            assertThat(Receipts.problems(bad, keys)).as(bad.toString()).isNotEmpty();
        }
        Path trusted = Files.write(folder.resolve("keys.json"), Json.write(document));
        assertThat(verify(folder, trusted, good)).isZero();
        assertThat(verify(folder, trusted, knownName)).isNotZero();
        assertThat(verify(folder, trusted, unknownKey)).isNotZero();
    }

    /** @return the exit code of the command that a miner's owner has */
    private static int verify(Path folder, Path trusted, JsonNode receipt) throws IOException {
        Path file = Files.write(folder.resolve("receipt.json"), Json.write(receipt));
        Server command = Server.start(
                "receipt-verify",
                Map.of(),
                List.of(
                        Server.java(),
                        "-jar",
                        Server.file("pithead.miner").toString(),
                        "receipt",
                        "verify",
                        "--keys",
                        trusted.toString(),
                        file.toString()));
        return command.awaitEnd(SOON);
    }

    private static void assertNothingTaken(String job, long lease, int status, String code) {
        Refused.with(prove(job, lease), status, code);
        Refused.with(fail(job, lease), status, code);
        Refused.with(progress(job, lease), status, code);
    }

    private static Answer prove(String job, long lease) {
        return miner.miner().post("/v1/miner/proof", Tenant.proof(job, lease));
    }

    private static Answer fail(String job, long lease) {
        return miner.miner().post("/v1/miner/fail", Tenant.failure(job, lease, false));
    }

    private static Answer progress(String job, long lease) {
        return miner.miner().post("/v1/miner/progress", Map.of("id", job, "lease", lease, "percent", 50));
    }

    private int held() {
        return operator.api()
                .get("/v1/admin/nodes?limit=200")
                .expect(200)
                .body()
                .get("items")
                .valueStream()
                .filter(node -> node.get("miner_id").asText().equals(workload))
                .mapToInt(node -> node.get("held").asInt())
                .sum();
    }

    static <T> List<T> together(int times, Callable<T> call) throws InterruptedException, ExecutionException {
        try (var threads = Executors.newFixedThreadPool(times)) {
            var calls = new ArrayList<Callable<T>>();
            for (int i = 0; i < times; i++) {
                calls.add(call);
            }
            var results = new ArrayList<T>();
            for (Future<T> one : threads.invokeAll(calls)) {
                results.add(one.get());
            }
            return results;
        }
    }
}
