package io.pithead.coordinator.artifact.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PaceTest {
    private static final Pace PACE = new Pace(Duration.ofSeconds(10), 100);

    @Test
    void a_slow_start_is_forgiven() {
        assertThat(PACE.isTooSlow(0, Duration.ofSeconds(10))).isFalse();
    }

    @Test
    void after_the_grace_the_average_decides() {
        assertThat(PACE.isTooSlow(1_999, Duration.ofSeconds(20))).isTrue();
        assertThat(PACE.isTooSlow(2_000, Duration.ofSeconds(20))).isFalse();
    }
}
