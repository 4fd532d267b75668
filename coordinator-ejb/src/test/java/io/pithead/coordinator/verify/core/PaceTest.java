package io.pithead.coordinator.verify.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final UUID A = new UUID(0, 1);
    private static final UUID B = new UUID(0, 2);
    private static final UUID C = new UUID(0, 3);

    @Test
    void each_is_compared_with_the_others_only() {
        Map<UUID, Double> faster =
                Pace.faster(Map.of(A, Duration.ofSeconds(10), B, Duration.ofSeconds(20), C, Duration.ofSeconds(40)));

        assertThat(faster.get(A)).isCloseTo(3, within(1e-9));
        assertThat(faster.get(B)).isCloseTo(1.25, within(1e-9));
        assertThat(faster.get(C)).isCloseTo(0.375, within(1e-9));
    }

    @Test
    void of_one_alone_nothing_is_said() {
        assertThat(Pace.faster(Map.of(A, Duration.ofSeconds(1)))).isEmpty();
        assertThat(Pace.faster(Map.of())).isEmpty();
    }

    @Test
    void no_time_at_all_is_a_millisecond() {
        assertThat(Pace.faster(Map.of(A, Duration.ZERO, B, Duration.ofMillis(2))))
                .containsEntry(A, 2.0);
    }
}
