package io.pithead.coordinator.webhook.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.webhook.core.Outcome.Unreached;
import io.pithead.coordinator.webhook.core.RetryPolicy.Decision;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class RetryPolicyPropertyTest {
    /** Safety: no delay leaves its bounds, whatever chance says. */
    @Property
    void a_delay_is_between_half_the_first_and_the_maximum(
            @ForAll @IntRange(min = 1) int attempts,
            @ForAll @DoubleRange(min = 0, max = 1) double chance,
            @ForAll @LongRange(min = 1, max = 100_000) long firstMs,
            @ForAll @LongRange(min = 0, max = 100_000_000) long moreMs) {
        Duration first = Duration.ofMillis(firstMs);
        Duration max = first.plusMillis(moreMs);
        var policy = new RetryPolicy(first, max, Duration.ofDays(1));

        Duration delay = delay(policy.decide(new Unreached("x"), attempts, Duration.ZERO, chance));

        assertThat(delay).isBetween(first.dividedBy(2), max);
    }

    @Property
    void more_attempts_never_wait_less(
            @ForAll @IntRange(min = 1, max = 100) int attempts, @ForAll @DoubleRange(min = 0, max = 1) double chance) {
        var policy = new RetryPolicy(Duration.ofSeconds(1), Duration.ofHours(1), Duration.ofDays(1));

        Duration now = delay(policy.decide(new Unreached("x"), attempts, Duration.ZERO, chance));
        Duration next = delay(policy.decide(new Unreached("x"), attempts + 1, Duration.ZERO, chance));

        assertThat(next).isGreaterThanOrEqualTo(now);
    }

    /** Progress: a receiver that never answers is given up after a bounded number of calls. */
    @Property(tries = 50)
    void every_delivery_ends(@ForAll @DoubleRange(min = 0, max = 1) double chance) {
        var policy = new RetryPolicy(Duration.ofSeconds(5), Duration.ofHours(1), Duration.ofDays(1));
        Duration age = Duration.ZERO;
        int attempts = 1;
        while (policy.decide(new Unreached("x"), attempts, age, chance) instanceof Decision.Retry retry) {
            age = age.plus(retry.delay());
            attempts++;
            assertThat(attempts).isLessThan(100);
        }
        assertThat(age).isGreaterThanOrEqualTo(Duration.ofDays(1));
    }

    private static Duration delay(Decision decision) {
        return ((Decision.Retry) decision).delay();
    }
}
