package io.pithead.coordinator.node.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HeardTest {
    private static final Instant START = Instant.parse("2026-03-01T04:00:00Z");

    /** As the database keeps it: moved by whole minutes at each sign of life. */
    private static String bits(List<Instant> beats) {
        String bits = "0".repeat(Heard.MINUTES);
        Instant last = beats.getFirst();
        for (Instant beat : beats) {
            long shift = minute(beat) - minute(last);
            String moved = (bits + "0".repeat((int) Math.min(shift, Heard.MINUTES)));
            bits = moved.substring(moved.length() - Heard.MINUTES, moved.length() - 1) + "1";
            last = beat;
        }
        return bits;
    }

    private static long minute(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), 60);
    }

    private static List<Instant> beats(List<Integer> pauses) {
        var beats = new java.util.ArrayList<Instant>();
        Instant at = START;
        beats.add(at);
        for (int pause : pauses) {
            at = at.plusSeconds(pause);
            beats.add(at);
        }
        return beats;
    }

    @Property
    void it_is_what_a_list_of_all_beats_would_say(
            @ForAll @Size(max = 60) List<@IntRange(max = 900) Integer> pauses,
            @ForAll @IntRange(max = 10_000) int later,
            @ForAll @IntRange(max = 20_000) int before) {
        List<Instant> beats = beats(pauses);
        Instant now = beats.getLast().plusSeconds(later);
        Instant since = START.minusSeconds(before);
        Set<Long> minutes = new HashSet<>();
        beats.forEach(beat -> minutes.add(minute(beat)));
        var model = new StringBuilder();
        long end = minutes.contains(minute(now)) ? minute(now) : minute(now) - 1;
        for (long minute = Math.max(minute(since), end - Heard.MINUTES + 1); minute <= end; minute++) {
            model.append(minutes.contains(minute) ? '1' : '0');
        }

        Heard heard = Heard.of(bits(beats), beats.getLast(), since, now);

        assertThat(heard.minutes()).isEqualTo(model.toString());
        assertThat(minute(heard.from()) + heard.minutes().length() - 1).isEqualTo(end);
    }

    @Property
    void silences_are_the_minutes_that_were_quiet(@ForAll @Size(min = 1, max = 120) List<Boolean> minutes) {
        var text = new StringBuilder();
        minutes.forEach(minute -> text.append(minute ? '1' : '0'));
        var heard = new Heard(START, text.toString());
        long quiet = heard.silences().stream()
                .mapToLong(one -> Duration.between(one.from(), one.to()).toMinutes())
                .sum();
        int zeros = (int) text.chars().filter(minute -> minute == '0').count();
        assertThat(quiet).isEqualTo(zeros);
    }

    @Test
    void it_says_in_words_when_it_was_silent() {
        var heard = new Heard(START, "1".repeat(12) + "00" + "1".repeat(105) + "1");
        assertThat(heard.told()).isEqualTo("Heard in 118 of 120 minutes, silent 04:12 to 04:14 (UTC).");
        assertThat(new Heard(START, "10").told()).isEqualTo("Heard in 1 of 2 minutes, silent 04:01 to 04:02 (UTC).");
        assertThat(new Heard(START, "1").told()).isEqualTo("Heard in 1 of 1 minute (UTC).");
        assertThat(new Heard(START, "10".repeat(60)).told())
                .isEqualTo("Heard in 60 of 120 minutes, silent 05:51 to 05:52, silent 05:53 to 05:54,"
                        + " silent 05:55 to 05:56, silent 05:57 to 05:58, silent 05:59 to 06:00,"
                        + " and 55 times before that (UTC).");
    }

    @Test
    void a_clock_that_is_behind_tells_of_no_minute_to_come() {
        Heard heard = Heard.of("0".repeat(119) + "1", START, START, START.minusSeconds(90));
        assertThat(heard).isEqualTo(new Heard(START, "1"));
    }

    @Test
    void what_is_not_two_hours_is_a_mistake() {
        assertThatThrownBy(() -> Heard.of("1", START, START, START)).isInstanceOf(IllegalArgumentException.class);
    }
}
