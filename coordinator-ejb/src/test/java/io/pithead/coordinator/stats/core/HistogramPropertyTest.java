package io.pithead.coordinator.stats.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.NotEmpty;

class HistogramPropertyTest {
    private static Histogram of(List<Double> times) {
        var counts = new ArrayList<>(Collections.nCopies(Histogram.BUCKETS, 0L));
        times.forEach(ms -> counts.set(Histogram.bucket(ms), counts.get(Histogram.bucket(ms)) + 1));
        return Histogram.of(counts);
    }

    @Property
    void a_percentile_is_off_by_a_tenth_at_most(
            @ForAll @NotEmpty List<@DoubleRange(min = 1, max = 2e9) Double> times,
            @ForAll @DoubleRange(min = 0.01, max = 1) double share) {
        List<Double> sorted = times.stream().sorted().toList();
        double exact = sorted.get((int) Math.ceil(share * sorted.size()) - 1);

        assertThat(of(times).percentile(share).orElseThrow()).isCloseTo(exact, within(exact / 10));
    }

    @Property
    void what_was_counted_apart_adds_up(
            @ForAll List<@DoubleRange(max = 1e10) Double> some, @ForAll List<@DoubleRange(max = 1e10) Double> others) {
        var all = new ArrayList<>(some);
        all.addAll(others);

        assertThat(of(some).plus(of(others))).isEqualTo(of(all));
        assertThat(of(all).count()).isEqualTo(all.size());
    }

    @Property
    void a_larger_share_is_never_shorter(
            @ForAll @NotEmpty List<@DoubleRange(max = 1e10) Double> times,
            @ForAll @DoubleRange(min = 0.01, max = 1) double one,
            @ForAll @DoubleRange(min = 0.01, max = 1) double other) {
        Histogram histogram = of(times);

        assertThat(histogram.percentile(Math.min(one, other)).orElseThrow())
                .isLessThanOrEqualTo(histogram.percentile(Math.max(one, other)).orElseThrow());
    }
}
