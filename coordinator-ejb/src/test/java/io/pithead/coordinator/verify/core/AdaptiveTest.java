package io.pithead.coordinator.verify.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pithead.coordinator.verify.core.Adaptive.Policy;
import io.pithead.coordinator.verify.core.Adaptive.Streak;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AdaptiveTest {
    private static final int JOBS = 20_000;
    private static final Draw DRAW = new Draw(key(1));

    @Test
    void a_node_is_replicated_always_until_ten_results_in_a_row_were_valid() {
        Streak streak = Streak.NEW;
        for (int valid = 0; valid < 10; valid++) {
            assertThat(Adaptive.chance(streak, Policy.DEFAULT)).isEqualTo(1);
            streak = streak.afterValid();
        }

        assertThat(Adaptive.chance(streak, Policy.DEFAULT)).isEqualTo(0.1);
    }

    @Test
    void a_lost_lease_halves_the_streak() {
        assertThat(new Streak(41).afterLost()).isEqualTo(new Streak(20));
        assertThat(Streak.NEW.afterLost()).isEqualTo(Streak.NEW);
    }

    @Test
    void a_wrong_answer_begins_anew() {
        assertThat(new Streak(5_000).afterFailure()).isEqualTo(Streak.NEW);
        assertThat(Adaptive.chance(new Streak(5_000).afterFailure(), Policy.DEFAULT))
                .isEqualTo(1);
    }

    @Property
    void the_chance_is_one_in_the_streak_and_never_under_the_floor(
            @ForAll @IntRange(min = 10, max = Integer.MAX_VALUE) int valid) {
        double chance = Adaptive.chance(new Streak(valid), Policy.DEFAULT);

        assertThat(chance).isGreaterThanOrEqualTo(0.01).isCloseTo(Math.max(1.0 / valid, 0.01), within(1e-12));
        assertThat(Adaptive.chance(new Streak(valid).afterValid(), Policy.DEFAULT))
                .isLessThanOrEqualTo(chance);
    }

    @Property
    void what_is_replicated_at_a_long_streak_is_replicated_at_every_shorter_one(
            @ForAll @IntRange(min = 0, max = 200) int valid, @ForAll long job) {
        UUID id = new UUID(0, job);

        if (Adaptive.replicates(new Streak(valid + 1), id, DRAW, Policy.DEFAULT)) {
            assertThat(Adaptive.replicates(new Streak(valid), id, DRAW, Policy.DEFAULT))
                    .isTrue();
        }
    }

    @Test
    void as_many_jobs_are_drawn_as_the_chance_says() {
        long drawn = LongStream.range(0, JOBS)
                .filter(job -> Adaptive.replicates(new Streak(20), new UUID(7, job), DRAW, Policy.DEFAULT))
                .count();

        // five standard deviations
        assertThat(drawn / (double) JOBS).isCloseTo(0.05, within(5 * Math.sqrt(0.05 * 0.95 / JOBS)));
    }

    @Test
    void the_draw_repeats_with_the_key_and_tells_nothing_without_it() {
        var same = new Draw(key(1));
        var other = new Draw(key(2));
        int agree = 0;
        for (int job = 0; job < JOBS; job++) {
            UUID id = new UUID(7, job);
            boolean drawn = Adaptive.replicates(new Streak(10), id, DRAW, Policy.DEFAULT);
            assertThat(Adaptive.replicates(new Streak(10), id, same, Policy.DEFAULT))
                    .isEqualTo(drawn);
            agree += drawn && Adaptive.replicates(new Streak(10), id, other, Policy.DEFAULT) ? 1 : 0;
        }

        // two independent draws of one in ten
        assertThat(agree / (double) JOBS).isCloseTo(0.01, within(5 * Math.sqrt(0.01 * 0.99 / JOBS)));
    }

    @Test
    void a_draw_for_one_purpose_says_nothing_of_another() {
        UUID id = new UUID(3, 4);

        assertThat(DRAW.number(Draw.Purpose.REPLICATE, id, 0)).isNotEqualTo(DRAW.number(Draw.Purpose.NEWCOMER, id, 0));
        assertThat(DRAW.number(Draw.Purpose.CANARY, id, 0)).isNotEqualTo(DRAW.number(Draw.Purpose.CANARY, id, 1));
    }

    @Test
    void a_key_that_can_be_guessed_is_refused() {
        assertThatThrownBy(() -> new Draw(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void newcomers_get_a_tenth_of_the_jobs_and_trusted_nodes_all() {
        var trusted = new Streak(10);
        long open = LongStream.range(0, JOBS)
                .filter(job -> mayTake(Streak.NEW, 0, job, Duration.ZERO))
                .count();

        assertThat(open / (double) JOBS).isCloseTo(0.1, within(5 * Math.sqrt(0.1 * 0.9 / JOBS)));
        assertThat(LongStream.range(0, 100).allMatch(job -> mayTake(trusted, 99, job, Duration.ZERO)))
                .isTrue();
    }

    @Test
    void a_newcomer_holds_two_jobs_and_takes_any_that_nobody_else_took_in_time() {
        for (long job = 0; job < 100; job++) {
            assertThat(mayTake(Streak.NEW, 1, job, Duration.ofSeconds(30))).isTrue();
            assertThat(mayTake(Streak.NEW, 2, job, Duration.ofDays(1))).isFalse();
        }
    }

    private static boolean mayTake(Streak streak, int held, long job, Duration waited) {
        return Adaptive.mayTake(streak, held, new UUID(9, job), waited, DRAW, Policy.DEFAULT);
    }

    private static byte[] key(long seed) {
        byte[] key = new byte[Draw.MIN_KEY_BYTES];
        new Random(seed).nextBytes(key);
        return key;
    }
}
