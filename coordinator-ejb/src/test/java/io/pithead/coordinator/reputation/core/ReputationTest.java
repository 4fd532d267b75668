package io.pithead.coordinator.reputation.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pithead.coordinator.reputation.core.Reputation.Inputs;
import io.pithead.coordinator.reputation.core.Reputation.Score;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ReputationTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void the_formula_is_the_documented_one() {
        var inputs = new Inputs(150, 1, 0.9, 0.5, Duration.ofDays(90), 2);

        Score score = Reputation.of(inputs);

        assertThat(score.value())
                .isCloseTo(0.5 * (0.1 + 0.9 * 0.75) * (0.5 + 0.2 * 0.9 + 0.1 * 0.5 + 0.1 * 0.75 + 0.1), within(1e-12));
        assertThat(score.inputs()).isEqualTo(inputs);
        assertThat(score.factors()).isEqualTo(new Reputation.Factors(0.5, 0.75, 0.9, 0.5, 0.75, 1));
    }

    @Test
    void a_newcomer_has_little_whatever_it_stakes() {
        assertThat(Reputation.of(new Inputs(0, 0, 1, 10, Duration.ZERO, 1_000)).value())
                .isLessThanOrEqualTo(0.1);
    }

    @Test
    void it_is_slow_to_earn_and_quick_to_lose() {
        var earned = new Inputs(200, 0, 1, 1, Duration.ofDays(90), 1);
        var lost = new Inputs(200, 1, 1, 1, Duration.ofDays(90), 1);
        double before = Reputation.of(earned).value();
        double after = Reputation.of(lost).value();

        assertThat(after).isCloseTo(before / 2, within(1e-12));
        // as many right answers as brought it from nothing to the half of it are far more than one
        assertThat(Reputation.of(new Inputs(25, 0, 1, 1, Duration.ofDays(90), 1))
                        .value())
                .isLessThan(after);
    }

    @Test
    void a_wrong_answer_is_forgotten_by_half_in_a_month() {
        assertThat(Reputation.remembered(List.of(NOW), NOW)).isEqualTo(1);
        assertThat(Reputation.remembered(List.of(NOW.minus(Duration.ofDays(30)), NOW), NOW))
                .isCloseTo(1.5, within(1e-12));
        assertThat(Reputation.remembered(List.of(NOW.plusSeconds(9)), NOW)).isEqualTo(1);
        assertThat(Reputation.remembered(Collections.nCopies(2, NOW.minus(Duration.ofDays(60))), NOW))
                .isCloseTo(0.5, within(1e-12));
    }

    @Property
    void it_is_from_0_to_1(@ForAll("inputs") Inputs inputs) {
        assertThat(Reputation.of(inputs).value()).isBetween(0.0, 1.0);
    }

    @Property
    void each_input_moves_it_one_way_only(
            @ForAll("inputs") Inputs in,
            @ForAll @LongRange(min = 0, max = 1_000) long count,
            @ForAll @DoubleRange(min = 0, max = 1) double share) {
        double score = Reputation.of(in).value();

        assertThat(score(in.right() + count, in.wrong(), in.uptime(), in.speed(), in.age(), in.stake()))
                .isGreaterThanOrEqualTo(score);
        assertThat(score(in.right(), in.wrong() + share, in.uptime(), in.speed(), in.age(), in.stake()))
                .isLessThanOrEqualTo(score);
        assertThat(score(in.right(), in.wrong(), in.uptime() * share, in.speed(), in.age(), in.stake()))
                .isLessThanOrEqualTo(score);
        assertThat(score(in.right(), in.wrong(), in.uptime(), in.speed() + share, in.age(), in.stake()))
                .isGreaterThanOrEqualTo(score);
        assertThat(score(
                        in.right(),
                        in.wrong(),
                        in.uptime(),
                        in.speed(),
                        in.age().plusDays(count),
                        in.stake()))
                .isGreaterThanOrEqualTo(score);
        assertThat(score(in.right(), in.wrong(), in.uptime(), in.speed(), in.age(), in.stake() + share))
                .isGreaterThanOrEqualTo(score);
    }

    @Test
    void figures_that_are_none_are_refused() {
        assertThatThrownBy(() -> new Inputs(0, Double.NaN, 1, 1, Duration.ZERO, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Inputs(0, 0, Double.NaN, 1, Duration.ZERO, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Inputs(0, 0, 1.1, 1, Duration.ZERO, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Inputs(-1, 0, 1, 1, Duration.ZERO, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Inputs(0, 0, 1, -1, Duration.ZERO, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Inputs(0, 0, 1, 1, Duration.ZERO, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Provide
    Arbitrary<Inputs> inputs() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 100_000),
                        Arbitraries.doubles().between(0, 50),
                        Arbitraries.doubles().between(0, 1),
                        Arbitraries.doubles().between(0, 3),
                        Arbitraries.longs().between(0, 3_650),
                        Arbitraries.doubles().between(0, 5))
                .as((right, wrong, uptime, speed, days, stake) ->
                        new Inputs(right, wrong, uptime, speed, Duration.ofDays(days), stake));
    }

    private static double score(long right, double wrong, double uptime, double speed, Duration age, double stake) {
        return Reputation.of(new Inputs(right, wrong, uptime, speed, age, stake))
                .value();
    }
}
