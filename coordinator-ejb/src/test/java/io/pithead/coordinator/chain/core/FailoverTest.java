package io.pithead.coordinator.chain.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FailoverTest {
    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

    @Test
    void the_first_that_does_not_rest_is_asked() {
        Failover failover = Failover.of(3);
        assertThat(failover.choose(NOW)).hasValue(0);
        assertThat(failover.failed(0, NOW, "gone").choose(NOW)).hasValue(1);
        assertThat(failover.failed(0, NOW, "gone").failed(1, NOW, "gone").choose(NOW))
                .hasValue(2);
    }

    @Test
    void nobody_is_asked_while_all_rest() {
        assertThat(Failover.of(1).failed(0, NOW, "gone").choose(NOW)).isEmpty();
    }

    @Test
    void the_first_is_asked_again_when_its_rest_is_over() {
        Failover failover = Failover.of(2).failed(0, NOW, "gone");
        assertThat(failover.choose(NOW.plus(Failover.FIRST_REST).minusNanos(1))).hasValue(1);
        assertThat(failover.choose(NOW.plus(Failover.FIRST_REST))).hasValue(0);
    }

    @Test
    void an_answer_forgets_the_failures() {
        Failover failover = Failover.of(1).failed(0, NOW, "gone").failed(0, NOW, "gone");
        assertThat(failover.answered(0).choose(NOW)).hasValue(0);
        assertThat(failover.answered(0).peers().getFirst().failures()).isZero();
    }

    /** Progress: an outage of an hour costs at most the longest rest after it. */
    @Property
    void a_rest_is_bounded_however_long_the_outage(@ForAll @IntRange(min = 1, max = 500) int failures) {
        Failover failover = Failover.of(1);
        for (int i = 0; i < failures; i++) {
            failover = failover.failed(0, NOW, "gone");
        }
        Duration rest = Duration.between(NOW, failover.peers().getFirst().restsUntil());
        assertThat(rest).isBetween(Failover.FIRST_REST, Failover.MAX_REST);
        assertThat(failover.choose(NOW.plus(Failover.MAX_REST))).hasValue(0);
    }
}
