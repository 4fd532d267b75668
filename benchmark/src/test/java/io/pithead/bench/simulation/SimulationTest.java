package io.pithead.bench.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A small network, with the targets of the large one; shares are counts and no timings. */
class SimulationTest {
    private static final Settings SMALL = Settings.of(1_000, 100);
    private static final Simulation.Outcome OUTCOME = Simulation.run(SMALL);

    @Test
    void nobody_who_means_well_is_slashed() {
        assertThat(OUTCOME.slashed()).isZero();
    }

    @Test
    void under_one_in_a_thousand_right_answers_is_delayed() {
        assertThat(OUTCOME.delayed()).isPositive().isLessThan(0.001);
    }

    @Test
    void verification_costs_at_most_a_twentieth_of_the_work() {
        assertThat(OUTCOME.overhead()).isPositive().isLessThanOrEqualTo(0.05);
    }

    @Test
    void every_kind_of_liar_lies_and_is_caught() {
        assertThat(OUTCOME.cheats()).hasSize(4).allSatisfy(cheat -> {
            assertThat(cheat.names()).as(cheat.kind().name()).isPositive();
            assertThat(cheat.caught()).as(cheat.kind().name()).isGreaterThan(0.9);
            assertThat(cheat.score()).isLessThan(0.01).isLessThan(OUTCOME.score() / 10);
        });
        assertThat(OUTCOME.caught()).isGreaterThan(0.95);
    }

    @Test
    void no_lie_brings_more_than_the_stake_that_covers_it() {
        assertThat(OUTCOME.cheats())
                .allSatisfy(cheat -> assertThat(cheat.liesPaid()).isLessThan(Model.bound()));
    }

    @Test
    void the_model_says_the_same_of_the_overhead() {
        assertThat(OUTCOME.overhead() / Model.of(SMALL).prediction().overhead()).isBetween(0.8, 1.25);
    }

    @Test
    void the_seed_says_all_that_happens() {
        var tiny = Settings.of(500, 5);

        assertThat(Simulation.run(tiny)).isEqualTo(Simulation.run(tiny));
    }
}
