package io.pithead.coordinator.stats.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.stats.core.Windows.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class WindowsPropertyTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:34:56.789Z");

    @Property
    void minutes_follow_the_last_one_are_final_and_bounded(
            @ForAll @IntRange(max = 2_000_000) int agoS, @ForAll @IntRange(min = 1, max = 100) int most) {
        Instant last = Step.MINUTE.floor(NOW.minusSeconds(agoS));
        Optional<Window> window = Windows.minutes(last, Instant.EPOCH, NOW, most);

        long due = Math.max(0, Duration.between(last, NOW.minus(Windows.MARGIN)).toMinutes() - 1);
        assertThat(window.isPresent()).isEqualTo(due > 0);
        window.ifPresent(it -> {
            assertThat(it.from()).isEqualTo(last.plusSeconds(60));
            assertThat(it.to()).isBeforeOrEqualTo(NOW.minus(Windows.MARGIN));
            assertThat(Duration.between(it.from(), it.to()).toMinutes()).isEqualTo(Math.min(due, most));
            assertThat(it.left()).isEqualTo(due - Math.min(due, most));
        });
    }

    @Property
    void the_first_minute_begins_an_hour_and_is_one_that_is_kept(@ForAll @IntRange(max = 2_000_000) int agoS) {
        Instant oldest = NOW.minusSeconds(agoS);

        Windows.minutes(null, oldest, NOW, 60).ifPresent(it -> {
            assertThat(Step.HOUR.floor(it.from())).isEqualTo(it.from());
            assertThat(it.from())
                    .isAfter(NOW.minus(Step.MINUTE.kept()).minus(Step.HOUR.length()))
                    .isAfter(oldest.minus(Duration.ofDays(30)));
            assertThat(agoS > Step.MINUTE.kept().toSeconds() || !it.from().isAfter(oldest))
                    .isTrue();
        });
    }

    @Property
    void an_hour_is_written_when_all_its_minutes_are(
            @ForAll @IntRange(max = 10_000) int minutes, @ForAll @IntRange(min = 1, max = 30) int most) {
        Instant first = Step.HOUR.floor(NOW);
        Instant last = first.plus(Duration.ofMinutes(minutes));
        Optional<Window> window = Windows.hours(null, first, last, most);

        assertThat(window.isPresent()).isEqualTo(minutes >= 59);
        window.ifPresent(it -> {
            assertThat(it.from()).isEqualTo(first);
            assertThat(it.to()).isBeforeOrEqualTo(last.plusSeconds(60));
            assertThat(Duration.between(it.from(), it.to()).toHours() + it.left())
                    .isEqualTo((minutes + 1) / 60);
        });
    }
}
