package io.pithead.coordinator.chain.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.chain.core.RefusalPolicy.Decision;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RefusalPolicyTest {
    private static final RefusalPolicy POLICY = new RefusalPolicy(5, Duration.ofSeconds(2), Duration.ofSeconds(10));

    @Test
    void pauses_double_up_to_the_longest() {
        assertThat(POLICY.decide(1)).isEqualTo(new Decision.Again(Duration.ofSeconds(2)));
        assertThat(POLICY.decide(2)).isEqualTo(new Decision.Again(Duration.ofSeconds(4)));
        assertThat(POLICY.decide(3)).isEqualTo(new Decision.Again(Duration.ofSeconds(8)));
        assertThat(POLICY.decide(4)).isEqualTo(new Decision.Again(Duration.ofSeconds(10)));
    }

    @Test
    void the_last_try_is_the_last() {
        assertThat(POLICY.decide(5)).isEqualTo(new Decision.GiveUp());
    }
}
