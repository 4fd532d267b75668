package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A buyer that was lied to, by REST alone; pay is locked here for longer than the story lasts. */
class DisputeStoryIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private static Path data;

    private static PitheadProcess pithead;
    private static Operator operator;

    @BeforeAll
    static void start() {
        pithead = PitheadProcess.start(data, "pithead.ledger.auto-deposit=true", "pithead.ledger.lock=PT1H");
        operator = Operator.of(Api.open(pithead.http()), pithead.data());
    }

    @AfterAll
    static void stop() {
        pithead.close();
    }

    private static Api.Answer dispute(Tenant who, String job, String key) {
        return who.buyer()
                .send(
                        "POST",
                        "/v1/jobs/" + job + "/dispute",
                        Json.write(Map.of("reason", "not what I get")),
                        "Content-Type",
                        "application/json",
                        "Idempotency-Key",
                        key);
    }

    private static String pending(Tenant tenant) {
        return tenant.buyer()
                .get("/v1/wallet/balance")
                .expect(200)
                .body()
                .get("pending")
                .asText();
    }

    @Test
    void a_liar_that_was_paid_is_disputed_and_its_pay_goes_back() {
        String workload = "disputed";
        Tenant liar = VerificationIT.miner(operator, workload, workload + "-liar");
        Tenant doubter = operator.tenant("doubter").deposit("20");
        String job = doubter.submit(workload);
        Refused.with(
                doubter.buyer().post("/v1/jobs/" + job + "/dispute", Map.of("reason", "x")), 409, "CONFLICT_STATE");
        JsonNode offer = liar.next(workload + "-liar");
        liar.miner().post("/v1/miner/proof", VerificationIT.lie(offer)).expect(201);
        assertThat(pending(liar)).isEqualTo("2.500000");
        var miners = new HashMap<String, Tenant>();
        Stream.of("-a", "-b")
                .forEach(
                        name -> miners.put(workload + name, VerificationIT.miner(operator, workload, workload + name)));

        Refused.naming(doubter.buyer().post("/v1/jobs/" + job + "/dispute", Map.of("reason", "")), "/reason");
        Refused.naming(doubter.buyer().post("/v1/jobs/" + job + "/dispute", Map.of()), "/reason");
        JsonNode opened = dispute(doubter, job, "once").expect(201).body();
        assertThat(dispute(doubter, job, "once").expect(201).body()).isEqualTo(opened);
        assertThat(opened.get("state").asText()).isEqualTo("OPEN");
        assertThat(opened.get("deposit").asText()).isEqualTo("7.500000");
        assertThat(doubter.balance()).isEqualByComparingTo("10");
        Refused.with(dispute(doubter, job, "twice"), 409, "ALREADY_DISPUTED");
        while (!miners.isEmpty()) {
            Map.Entry<String, JsonNode> next = VerificationIT.taken(miners);
            assertThat(VerificationIT.withoutItsOwn(next.getValue())).isEqualTo(VerificationIT.withoutItsOwn(offer));
            Objects.requireNonNull(miners.remove(next.getKey()))
                    .prove(next.getValue())
                    .expect(202);
        }
        String path = "/v1/jobs/" + job + "/dispute";
        Await.until(
                "the outcome",
                SOON,
                () -> !doubter.buyer()
                        .get(path)
                        .expect(200)
                        .body()
                        .get("state")
                        .asText()
                        .equals("OPEN"));

        JsonNode view = doubter.buyer().get(path).expect(200).body();
        assertThat(view.get("state").asText()).isEqualTo("UPHELD");
        assertThat(view.get("refunded").asText()).isEqualTo("2.500000");
        assertThat(view.get("spent").asText()).isEqualTo("5.000000");
        assertThat(view.findValuesAsText("output_sha"))
                .containsExactly(VerificationIT.sha(VerificationIT.LIE), Tenant.OUTPUT_SHA, Tenant.OUTPUT_SHA);
        assertThat(view.toString()).doesNotContain(workload, liar.account());
        assertThat(pending(liar)).isEqualTo("0.000000");
        assertThat(doubter.balance()).isEqualByComparingTo("15");
        JsonNode theirs = liar.miner().get(path).expect(200).body();
        assertThat(theirs.has("reason")).isFalse();
        assertThat(theirs.get("state").asText()).isEqualTo("UPHELD");
        assertThat(doubter.buyer()
                        .get("/v1/jobs/" + job + "/result")
                        .expect(200)
                        .body()
                        .get("dispute")
                        .asText())
                .isEqualTo("UPHELD");
        Refused.with(operator.tenant("stranger").buyer().get(path), 404, "JOB_NOT_FOUND");
        operatorFinds(doubter, job, view);
    }

    private static void operatorFinds(Tenant doubter, String job, JsonNode view) {
        String disputes = "/v1/admin/disputes";
        JsonNode found = operator.api()
                .get(disputes + "?state=UPHELD")
                .expect(200)
                .body()
                .get("items")
                .get(0);
        assertThat(found.get("job").asText()).isEqualTo(job);
        assertThat(found.get("account").asText()).isEqualTo(doubter.account());
        assertThat(found.get("refunded").asText()).isEqualTo("2.500000");
        assertThat(operator.api()
                        .get(disputes + "?state=OPEN")
                        .expect(200)
                        .body()
                        .get("items"))
                .isEmpty();
        JsonNode one = operator.api()
                .get(disputes + "/" + found.get("id").asText())
                .expect(200)
                .body();
        assertThat(one.get("items")).isEqualTo(view.get("items"));
        assertThat(one.has("reason")).isFalse();
        Refused.with(operator.api().get(disputes + "?state=WON"), 400, "MALFORMED_REQUEST");
        Refused.with(operator.api().get(disputes + "/" + job), 404, "NOT_FOUND");
    }
}
