package io.pithead.coordinator.stats.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.stats.core.Objective.Measured;
import io.pithead.coordinator.stats.core.Objective.Targets;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ObjectiveTest {
    private static final Targets TARGETS = new Targets(0.99, 1_000, 600, 0.9, 0.99);
    private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");

    /** @param online of ten nodes; none looked at below zero */
    private static Rollup minute(long completed, long failed, double waitedMs, long oldestS, long online) {
        var waits = new ArrayList<>(Collections.nCopies(Histogram.BUCKETS, 0L));
        waits.set(Histogram.bucket(waitedMs), completed);
        return new Rollup(
                AT,
                completed + failed,
                completed,
                failed,
                0,
                Histogram.of(waits),
                Histogram.EMPTY,
                BigInteger.ZERO,
                BigInteger.ZERO,
                online < 0 ? Rollup.Looks.NONE : new Rollup.Looks(1, 0, 0, oldestS, online, 10 - online, 3, 3));
    }

    private static List<Objective> judged(List<Rollup> hour, List<Rollup> day) {
        return Objective.of(TARGETS, hour, day);
    }

    private static @Nullable Measured day(String name, List<Objective> judged) {
        return judged.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow()
                .day();
    }

    @Test
    void a_share_is_met_from_its_target_on_and_a_time_up_to_it() {
        List<Rollup> good = List.of(minute(99, 1, 500, 600, 9));
        List<Rollup> bad = List.of(minute(98, 2, 2_000, 601, 8));
        List<Objective> judged = judged(good, bad);

        assertThat(judged)
                .allSatisfy(one -> assertThat(one.hour())
                        .isNotNull()
                        .satisfies(hour -> assertThat(hour.met()).as(one.name()).isTrue()));
        assertThat(day("success", judged)).isEqualTo(new Measured(0.98, false));
        assertThat(day("oldest_waiting", judged)).isEqualTo(new Measured(601, false));
        assertThat(day("nodes_online", judged)).isEqualTo(new Measured(0.8, false));
        assertThat(day("wait_p95", judged))
                .isNotNull()
                .extracting(Measured::met)
                .isEqualTo(false);
    }

    @Test
    void minutes_add_up_and_are_not_averaged() {
        List<Rollup> day = List.of(minute(990, 0, 1, 0, 10), minute(0, 10, 1, 0, 10));
        assertThat(day("success", judged(List.of(), day))).isEqualTo(new Measured(0.99, true));
    }

    @Test
    void a_minute_in_which_nobody_looked_is_one_that_was_not_watched() {
        List<Rollup> day = List.of(minute(1, 0, 1, 0, 10), minute(1, 0, 1, 0, -1));
        assertThat(day("watched", judged(day, day))).isEqualTo(new Measured(0.5, false));
    }

    @Test
    void of_nothing_nothing_is_said() {
        assertThat(judged(List.of(), List.of()))
                .allSatisfy(one -> assertThat(one.hour()).isNull())
                .allSatisfy(one -> assertThat(one.day()).isNull());
        assertThat(day("success", judged(List.of(), List.of(minute(0, 0, 1, 0, -1)))))
                .isNull();
        assertThat(day("oldest_waiting", judged(List.of(), List.of(minute(0, 0, 1, 0, -1)))))
                .isNull();
    }
}
