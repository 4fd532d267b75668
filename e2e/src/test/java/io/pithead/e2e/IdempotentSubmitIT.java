package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.e2e.Api.Answer;
import io.pithead.protocol.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A buyer that asks twice, on purpose or not, buys once. */
@ExtendWith(SharedServer.class)
class IdempotentSubmitIT {
    private static final String JOBS = "/v1/jobs";
    private static final int AT_ONCE = 20;
    private static final Duration SOON = Duration.ofSeconds(60);

    private final String workload = SharedServer.name("once");
    private final String key = UUID.randomUUID().toString();
    private Tenant buyer;

    @BeforeEach
    void aBuyer() {
        buyer = SharedServer.operator().tenant("once").deposit("100");
    }

    @Test
    void the_same_request_again_gets_the_same_job() {
        Answer first = submit(buyer, key, "1").expect(201);
        Answer again = submit(buyer, key, "1").expect(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("Idempotency-Replayed")).hasValue("true");
        assertBought(1, "99");
    }

    @Test
    void another_request_with_the_same_key_is_refused_and_buys_nothing() {
        submit(buyer, key, "1").expect(201);
        Refused.with(submit(buyer, key, "2"), 409, "IDEMPOTENCY_MISMATCH");
        Refused.with(post(buyer, "/v1/wallet/deposits", key, Map.of("amount", "1")), 409, "IDEMPOTENCY_MISMATCH");
        assertBought(1, "99");
    }

    @Test
    void many_at_once_buy_one_job() throws Exception {
        List<Answer> answers = HostileMinerIT.together(AT_ONCE, () -> submit(buyer, key, "1"));
        List<Answer> taken =
                answers.stream().filter(answer -> answer.status() == 201).toList();
        assertThat(taken).isNotEmpty();
        assertThat(taken.stream().map(Answer::body).distinct()).hasSize(1);
        answers.stream().filter(answer -> answer.status() != 201).forEach(answer -> {
            Refused.with(answer, 409, "CONFLICT_STATE");
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        });
        assertThat(submit(buyer, key, "1").expect(201).body())
                .isEqualTo(taken.getFirst().body());
        assertBought(1, "99");
    }

    @Test
    void many_at_once_that_differ_buy_what_one_of_them_asked_for() throws Exception {
        var turn = new AtomicInteger();
        List<Answer> answers = HostileMinerIT.together(
                AT_ONCE, () -> submit(buyer, key, turn.getAndIncrement() % 2 == 0 ? "1" : "1.0"));
        assertThat(answers).extracting(Answer::status).containsOnly(201, 409).contains(201);
        assertBought(1, "99");
    }

    @Test
    void a_refused_request_is_not_done_later_under_the_same_key() {
        Refused.with(submit(buyer, key, "1000"), 402, "INSUFFICIENT_FUNDS");
        buyer.deposit("1000");
        Refused.with(submit(buyer, key, "1000"), 402, "INSUFFICIENT_FUNDS");
        submit(buyer, UUID.randomUUID().toString(), "1000").expect(201);
        assertBought(1, "100");
    }

    @Test
    void a_key_is_its_accounts_own() {
        Tenant other = SharedServer.operator().tenant("once-more").deposit("100");
        String first = submit(buyer, key, "1").expect(201).body().get("id").asText();
        assertThat(submit(other, key, "1").expect(201).body().get("id").asText())
                .isNotEqualTo(first);
    }

    @Test
    void a_budget_is_not_overrun_by_many_at_once() throws Exception {
        List<Answer> answers = HostileMinerIT.together(
                AT_ONCE, () -> submit(buyer, UUID.randomUUID().toString(), "30"));
        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(3);
        answers.stream()
                .filter(answer -> answer.status() != 201)
                .forEach(answer -> Refused.with(answer, 402, "INSUFFICIENT_FUNDS"));
        assertBought(3, "10");
    }

    private Answer submit(Tenant tenant, String idempotencyKey, String price) {
        return post(tenant, JOBS, idempotencyKey, Map.of("workload", workload, "price", price));
    }

    private static Answer post(Tenant tenant, String path, String idempotencyKey, Map<String, ?> body) {
        return tenant.buyer()
                .send(
                        "POST",
                        path,
                        Json.write(body),
                        "Content-Type",
                        "application/json",
                        "Idempotency-Key",
                        idempotencyKey);
    }

    private void assertBought(int jobs, String left) {
        assertThat(buyer.buyer().get(JOBS).expect(200).body().get("items")).hasSize(jobs);
        assertThat(buyer.balance()).isEqualByComparingTo(left);
    }
}
