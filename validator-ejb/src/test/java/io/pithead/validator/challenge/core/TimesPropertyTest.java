package io.pithead.validator.challenge.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Timing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TimesPropertyTest {
    private static final Times TIMES = Times.USUAL;
    private static final Instant NOW = Instant.parse("2026-11-22T06:00:00Z");

    @Property
    void too_few_others_say_nothing(
            @ForAll @Size(max = 7) List<@DoubleRange(min = -50, max = 50) Double> others,
            @ForAll @DoubleRange(min = -50, max = 50) double time) {
        assertThat(TIMES.of(time, others, List.of(Timing.FAR, Timing.FAR))).isEmpty();
    }

    /** However alike the others are: that half of a machine is busy is no news. */
    @Property
    void less_than_twice_their_time_is_never_far(
            @ForAll @Size(min = 8, max = 50) List<@DoubleRange(min = -50, max = 50) Double> others,
            @ForAll @DoubleRange(min = 0.51, max = 1.99) double factor) {
        var same = new ArrayList<Double>();
        others.forEach(any -> same.add(3.0));

        assertThat(TIMES.of(3 + Math.log(factor), same, List.of())).contains(Timing.USUAL);
    }

    /** Nodes that lie about what they are shift nothing by their times while they are fewer than a third of a class. */
    @Property
    void a_minority_that_says_anything_hides_nobody_and_accuses_nobody(
            @ForAll @IntRange(min = 8, max = 60) int honest,
            @ForAll @DoubleRange(min = -50, max = 50) double lie,
            @ForAll Random random) {
        var others = new ArrayList<Double>();
        for (int i = 0; i < honest; i++) {
            others.add(1.05 + random.nextDouble() * 0.1);
        }
        for (int i = 0; i < honest / 3; i++) {
            others.add(lie);
        }

        assertThat(TIMES.of(1.1, others, List.of())).contains(Timing.USUAL);
        // four times as long, and a quarter of it
        assertThat(TIMES.of(1.1 + Math.log(4), others, List.of())).contains(Timing.FAR);
        assertThat(TIMES.of(1.1 - Math.log(4), others, List.of())).contains(Timing.FAR);
    }

    @Property
    void what_all_take_longer_says_the_same_of_each(
            @ForAll @Size(min = 8, max = 30) List<@DoubleRange(min = -5, max = 5) Double> others,
            @ForAll @DoubleRange(min = -5, max = 5) double time) {
        // halves are added exactly
        List<Double> rounded =
                others.stream().map(each -> Math.rint(each * 64) / 64).toList();
        double own = Math.rint(time * 64) / 64;
        List<Double> later = rounded.stream().map(each -> each + 4).toList();

        assertThat(TIMES.of(own + 4, later, List.of())).isEqualTo(TIMES.of(own, rounded, List.of()));
    }

    /** Of a class whose times differ by a third (one standard deviation), by eight others: this is what the docs say. */
    @Test
    void an_honest_node_is_seldom_far_and_hardly_ever_suspicious() {
        var random = new Random(5);
        int tries = 20_000;
        int far = 0;
        for (int i = 0; i < tries; i++) {
            var others = new ArrayList<Double>();
            for (int j = 0; j < TIMES.nodes(); j++) {
                others.add(random.nextGaussian() * 0.3);
            }
            far += TIMES.of(random.nextGaussian() * 0.3, others, List.of()).equals(java.util.Optional.of(Timing.USUAL))
                    ? 0
                    : 1;
        }

        assertThat((double) far / tries).isBetween(1e-4, 6e-3);
    }

    @Test
    void far_three_times_in_a_row_is_suspicious_and_a_usual_time_ends_the_row() {
        List<Double> others = List.of(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);

        assertThat(TIMES.of(1, others, List.of())).contains(Timing.FAR);
        assertThat(TIMES.of(1, others, List.of(Timing.FAR))).contains(Timing.FAR);
        assertThat(TIMES.of(1, others, List.of(Timing.FAR, Timing.FAR))).contains(Timing.SUSPICIOUS);
        assertThat(TIMES.of(-1, others, List.of(Timing.SUSPICIOUS, Timing.FAR))).contains(Timing.SUSPICIOUS);
        assertThat(TIMES.of(1, others, List.of(Timing.FAR, Timing.USUAL, Timing.FAR)))
                .contains(Timing.FAR);
        assertThat(TIMES.of(0, others, List.of(Timing.FAR, Timing.FAR))).contains(Timing.USUAL);
    }

    @Test
    void twice_the_work_may_take_twice_the_time() {
        assertThat(Times.log(ChallengeKind.COMPUTE, 2_048, null, 79_999))
                .isEqualTo(Times.log(ChallengeKind.COMPUTE, 1_024, null, 9_999));
        assertThat(Times.log(ChallengeKind.MEMORY, 128, 4, 19_999))
                .isEqualTo(Times.log(ChallengeKind.MEMORY, 64, 4, 9_999))
                .isEqualTo(Times.log(ChallengeKind.MEMORY, 64, 12, 19_999));
    }

    @Test
    void the_coordinators_times_are_believed_as_far_as_the_own_clock_allows() {
        assertThat(Times.workedMs(NOW.plusMillis(10), NOW.plusMillis(60), NOW, NOW.plusMillis(60)))
                .isEqualTo(50);
        assertThat(Times.workedMs(NOW, NOW.plusMillis(60), NOW, NOW.plusMillis(59)))
                .isNull();
        assertThat(Times.workedMs(NOW.plusMillis(1), NOW, NOW, NOW.plusMillis(60)))
                .isNull();
        assertThat(Times.workedMs(null, NOW, NOW, NOW.plusMillis(60))).isNull();
        assertThat(Times.workedMs(NOW, null, NOW, NOW.plusMillis(60))).isNull();
    }
}
