package io.pithead.coordinator.reputation.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TrackTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LOOK = Duration.ofMinutes(10);

    @Test
    void a_wrong_answer_that_is_right_after_all_is_as_if_it_had_been_judged_so() {
        Track track = Track.begin(NOW).afterWrong(NOW).afterWrong(NOW).afterCleared(NOW);

        assertThat(track.wrong()).isEqualTo(1);
        assertThat(track.right()).isEqualTo(1);
        assertThat(track.afterCleared(NOW).afterCleared(NOW).wrong())
                .as("never less than none")
                .isZero();
    }

    @Test
    void half_of_a_wrong_answer_is_forgotten_in_a_month() {
        Track track = Track.begin(NOW).afterWrong(NOW);

        assertThat(wrong(track, NOW)).isEqualTo(1);
        assertThat(wrong(track, NOW.plus(Duration.ofDays(30)))).isCloseTo(0.5, within(1e-9));
        assertThat(wrong(track.afterWrong(NOW.plus(Duration.ofDays(30))), NOW.plus(Duration.ofDays(60))))
                .isCloseTo(0.75, within(1e-9));
    }

    @Property
    void it_remembers_as_a_list_of_all_wrong_answers_would(
            @ForAll @Size(max = 20) List<@IntRange(max = 5_000_000) Integer> seconds) {
        List<Instant> at =
                seconds.stream().sorted().map(second -> NOW.plusSeconds(second)).toList();
        Instant end = NOW.plusSeconds(6_000_000);
        Track track = Track.begin(NOW);
        for (Instant each : at) {
            track = track.afterWrong(each);
        }

        assertThat(wrong(track, end)).isCloseTo(Reputation.remembered(at, end), within(1e-9));
    }

    @Test
    void uptime_is_the_share_of_looks_at_which_it_was_heard() {
        Track track = Track.begin(NOW);
        for (int i = 0; i < 100; i++) {
            track = track.afterLook(i % 4 != 0, LOOK);
        }

        assertThat(uptime(track)).isCloseTo(0.75, within(1e-9));
    }

    @Test
    void a_month_without_a_word_outweighs_any_time_before() {
        Track track = Track.begin(NOW);
        for (int i = 0; i < 20_000; i++) {
            track = track.afterLook(true, LOOK);
        }
        assertThat(track.watchedS()).isLessThanOrEqualTo(Track.WINDOW.toSeconds() + 1e-6);
        for (int i = 0; i < Track.WINDOW.dividedBy(LOOK); i++) {
            track = track.afterLook(false, LOOK);
        }

        assertThat(uptime(track)).isLessThan(0.4);
    }

    @Test
    void a_time_in_which_nobody_looked_says_nothing() {
        Track track = Track.begin(NOW).afterLook(true, LOOK);

        assertThat(track.afterLook(false, Duration.ofDays(2))).isEqualTo(track);
        assertThat(track.afterLook(false, Duration.ofSeconds(-5))).isEqualTo(track);
    }

    @Property
    void speed_follows_the_last_comparisons_and_no_single_one(
            @ForAll @Size(min = 1, max = 60) List<@DoubleRange(min = 0, max = 1e9) Double> faster) {
        Track track = Track.begin(NOW);
        for (double each : faster) {
            double before = track.speed();
            int share = Math.min(track.compared() + 1, Track.MEMORY);
            track = track.afterRight(each);
            assertThat(Math.abs(track.speed() - before)).isLessThanOrEqualTo(2.0 / share + 1e-9);
        }

        assertThat(track.speed()).isBetween(0.0, 2.0).isPositive();
        assertThat(track.compared()).isEqualTo(faster.size());
        assertThat(track.right()).isEqualTo(faster.size());
    }

    @Test
    void who_was_not_compared_is_as_fast_as_others() {
        Track track = Track.begin(NOW).afterRight(null).afterRight(Double.NaN);

        assertThat(track.speed()).isEqualTo(1);
        assertThat(track.compared()).isZero();
        assertThat(track.right()).isEqualTo(2);
    }

    @Test
    void ten_right_answers_make_a_node_known() {
        Track track = Track.begin(NOW);
        for (int i = 0; i < 10; i++) {
            assertThat(track.isNewcomer()).isTrue();
            track = track.afterRight(null);
        }

        assertThat(track.isNewcomer()).isFalse();
    }

    private static double wrong(Track track, Instant at) {
        return track.inputs(Duration.ZERO, 0, at).wrong();
    }

    private static double uptime(Track track) {
        return track.inputs(Duration.ZERO, 0, NOW).uptime();
    }
}
