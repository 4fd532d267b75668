package io.pithead.validator.challenge.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SoundnessTest {
    @Test
    void the_bound_is_the_formulas_and_never_less_than_what_a_product_of_one_size_gives() {
        assertThat(Soundness.passes(0.5, 20)).isCloseTo(9.5367e-7, within(1e-10));
        assertThat(Soundness.passes(0.0, 20)).isEqualTo(1);
        assertThat(Soundness.passes(1.0, 1)).isEqualTo(1 / (Math.pow(2, 61) - 1));
        for (int wrong = 0; wrong <= 100; wrong++) {
            assertThat(Soundness.passes(100, wrong, 10))
                    .isLessThanOrEqualTo(Soundness.passes(wrong / 100.0, 10) + 1e-15);
        }
        assertThat(Soundness.passes(10, 1, 10)).isEqualTo(Soundness.WRONG_ROW_PASSES);
    }

    /** The table of docs/VERIFICATION.md. */
    @Test
    void so_many_rows_are_opened_for_a_chance() {
        assertThat(Soundness.rows(0.5, 1e-6)).isEqualTo(20);
        assertThat(Soundness.rows(0.25, 1e-6)).isEqualTo(49);
        assertThat(Soundness.rows(0.1, 0.01)).isEqualTo(44);
        assertThatThrownBy(() -> Soundness.rows(0.01, 1e-6)).hasMessageContaining("more than 64");
        assertThatThrownBy(() -> Soundness.rows(0, 0.5)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_challenge_fits_into_memory_and_time_and_says_something() {
        var policy = new ChallengePolicy(Duration.ofSeconds(10), 0.5, 3, Duration.ofSeconds(30), 20);

        // 4 GiB: half of it for 6 bytes an entry
        assertThat(policy.size(new Capacity(4L << 30, 1e15))).hasValue(18_880);
        // 10^10 a second for ten seconds: the cube root of 10^11
        assertThat(policy.size(new Capacity(4L << 30, 1e10))).hasValue(4_608);
        assertThat(policy.size(new Capacity(1L << 60, 1e20))).hasValue(65_536);
        assertThat(policy.size(new Capacity(1L << 20, 1e10))).isEqualTo(OptionalInt.of(256));
        assertThat(policy.size(new Capacity(700_000, 1e10))).isEmpty();
        assertThat(policy.size(new Capacity(4L << 30, 1e3))).isEmpty();
    }

    @Test
    void deadlines_follow_from_size_and_speed() {
        var policy = new ChallengePolicy(Duration.ofSeconds(10), 0.5, 3, Duration.ofSeconds(30), 20);
        var capacity = new Capacity(4L << 30, 1e9);

        assertThat(policy.commitWithin(1_000, capacity)).isEqualTo(Duration.ofSeconds(33));
        assertThat(policy.openWithin(10_000, capacity)).isEqualTo(Duration.ofSeconds(36));
    }
}
