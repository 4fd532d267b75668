package io.pithead.coordinator.webhook.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.webhook.core.Outcome.Answered;
import io.pithead.coordinator.webhook.core.Outcome.Forbidden;
import io.pithead.coordinator.webhook.core.Outcome.Unreached;
import io.pithead.coordinator.webhook.core.RetryPolicy.Decision;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {
    private static final Duration FIRST = Duration.ofSeconds(4);
    private static final Duration MAX = Duration.ofMinutes(10);
    private static final Duration WINDOW = Duration.ofHours(24);
    private static final RetryPolicy POLICY = new RetryPolicy(FIRST, MAX, WINDOW);
    private static final double LATEST = 1;

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 204, 299})
    void an_answer_of_success_is_a_delivery(int status) {
        assertThat(decide(answered(status), 1, Duration.ZERO)).isEqualTo(new Decision.Delivered());
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 301, 302, 307, 400, 401, 404, 429, 500, 503})
    void any_other_answer_is_tried_again(int status) {
        assertThat(decide(answered(status), 1, Duration.ZERO))
                .isInstanceOfSatisfying(
                        Decision.Retry.class,
                        retry -> assertThat(retry.reason()).contains(Integer.toString(status)));
    }

    @Test
    void a_receiver_that_is_gone_for_good_is_not_asked_again() {
        assertThat(decide(answered(410), 1, Duration.ZERO)).isInstanceOf(Decision.GiveUp.class);
    }

    @Test
    void a_url_that_may_not_be_called_is_given_up_at_once() {
        assertThat(decide(new Forbidden("why"), 1, Duration.ZERO)).isEqualTo(new Decision.GiveUp("why"));
    }

    @ParameterizedTest
    @CsvSource({"1,4", "2,8", "3,16", "4,32", "5,64", "6,128", "7,256", "8,512", "9,600", "100,600", "2000000000,600"})
    void delays_double_up_to_the_maximum(int attempts, long seconds) {
        assertThat(decide(new Unreached("x"), attempts, Duration.ZERO))
                .isEqualTo(new Decision.Retry(Duration.ofSeconds(seconds), "x"));
    }

    @Test
    void a_receiver_may_ask_for_a_longer_pause_within_the_maximum() {
        assertThat(decide(new Answered(503, Optional.of(Duration.ofSeconds(90))), 1, Duration.ZERO))
                .isEqualTo(new Decision.Retry(Duration.ofSeconds(90), "answered 503"));
        assertThat(decide(new Answered(503, Optional.of(Duration.ofDays(2))), 1, Duration.ZERO))
                .isEqualTo(new Decision.Retry(MAX, "answered 503"));
        assertThat(decide(new Answered(503, Optional.of(Duration.ZERO)), 1, Duration.ZERO))
                .isEqualTo(new Decision.Retry(FIRST, "answered 503"));
    }

    @Test
    void after_the_window_it_is_given_up() {
        assertThat(decide(new Unreached("x"), 9, WINDOW.minusNanos(1))).isInstanceOf(Decision.Retry.class);
        assertThat(decide(new Unreached("x"), 9, WINDOW)).isEqualTo(new Decision.GiveUp("x"));
        assertThat(decide(answered(200), 9, WINDOW.plusDays(1))).isEqualTo(new Decision.Delivered());
    }

    private static Answered answered(int status) {
        return new Answered(status, Optional.empty());
    }

    private static Decision decide(Outcome outcome, int attempts, Duration age) {
        return POLICY.decide(outcome, attempts, age, LATEST);
    }
}
