package io.pithead.coordinator.lease.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.lease.core.RetryPolicy.Cause;
import io.pithead.coordinator.lease.core.RetryPolicy.Decision;
import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetryPolicyPropertyTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final Duration MAX = Duration.ofMinutes(5);

    @Test
    void a_lost_lease_is_given_on_at_once() {
        assertThat(decide(Cause.LEASE_LOST, 1, 3, null)).isEqualTo(new Decision.Retry(NOW));
    }

    @Test
    void failures_wait_twice_as_long_each_time_up_to_the_maximum() {
        assertThat(decide(Cause.RETRYABLE, 1, 99, null)).isEqualTo(new Decision.Retry(NOW.plusSeconds(2)));
        assertThat(decide(Cause.RETRYABLE, 2, 99, null)).isEqualTo(new Decision.Retry(NOW.plusSeconds(4)));
        assertThat(decide(Cause.RETRYABLE, 3, 99, null)).isEqualTo(new Decision.Retry(NOW.plusSeconds(8)));
        assertThat(decide(Cause.RETRYABLE, 98, 99, null)).isEqualTo(new Decision.Retry(NOW.plus(MAX)));
    }

    @ParameterizedTest
    @EnumSource(Cause.class)
    void the_last_attempt_is_the_last_whatever_ended_it(Cause cause) {
        assertThat(decide(cause, 3, 3, null)).isInstanceOf(Decision.GiveUp.class);
    }

    @Test
    void a_fatal_failure_needs_no_second_attempt() {
        assertThat(decide(Cause.FATAL, 1, 3, null)).isInstanceOf(Decision.GiveUp.class);
    }

    @ParameterizedTest
    @EnumSource(Cause.class)
    void after_the_deadline_a_job_is_expired_whatever_ended_its_attempt(Cause cause) {
        assertThat(decide(cause, 1, 3, NOW)).isEqualTo(new Decision.Expire());
        assertThat(decide(cause, 3, 3, NOW.minusSeconds(1))).isEqualTo(new Decision.Expire());
    }

    @Test
    void a_backoff_that_would_end_after_the_deadline_is_not_waited_for() {
        assertThat(decide(Cause.RETRYABLE, 1, 3, NOW.plusSeconds(2))).isEqualTo(new Decision.Expire());
        assertThat(decide(Cause.RETRYABLE, 1, 3, NOW.plusSeconds(3))).isEqualTo(new Decision.Retry(NOW.plusSeconds(2)));
        assertThat(decide(Cause.LEASE_LOST, 1, 3, NOW.plusSeconds(2))).isEqualTo(new Decision.Retry(NOW));
    }

    @Property
    void a_retry_is_never_in_the_past_never_after_the_deadline_and_never_beyond_the_attempts(
            @ForAll Cause cause,
            @ForAll @IntRange(min = 1, max = 100) int attempt,
            @ForAll @IntRange(min = 1, max = 100) int maxAttempts,
            @ForAll @IntRange(min = -10, max = 1_000) int deadlineS,
            @ForAll @IntRange(min = 0, max = 3_600) int firstS,
            @ForAll @IntRange(min = 1, max = 86_400) int maxS) {
        Instant deadline = NOW.plusSeconds(deadlineS);

        Decision decision = RetryPolicy.decide(
                cause, attempt, maxAttempts, deadline, Duration.ofSeconds(firstS), Duration.ofSeconds(maxS), NOW);

        if (decision instanceof Decision.Retry retry) {
            assertThat(retry.readyAt()).isAfterOrEqualTo(NOW).isBefore(deadline).isBeforeOrEqualTo(NOW.plusSeconds(maxS));
            assertThat(attempt).isLessThan(maxAttempts);
            assertThat(cause).isNotEqualTo(Cause.FATAL);
        }
        assertThat(decision instanceof Decision.GiveUp).isEqualTo(
                deadlineS > 0 && (cause == Cause.FATAL || attempt >= maxAttempts));
    }

    @Property
    void a_later_attempt_never_waits_shorter(
            @ForAll @IntRange(min = 1, max = 99) int attempt,
            @ForAll @IntRange(min = 0, max = 3_600) int firstS,
            @ForAll @IntRange(min = 1, max = 86_400) int maxS) {
        Duration first = Duration.ofSeconds(firstS);
        Duration max = Duration.ofSeconds(maxS);

        assertThat(RetryPolicy.backoff(attempt + 1, first, max))
                .isGreaterThanOrEqualTo(RetryPolicy.backoff(attempt, first, max))
                .isLessThanOrEqualTo(max);
    }

    private static Decision decide(Cause cause, int attempt, int maxAttempts, @Nullable Instant deadline) {
        return RetryPolicy.decide(cause, attempt, maxAttempts, deadline, FIRST, MAX, NOW);
    }
}
