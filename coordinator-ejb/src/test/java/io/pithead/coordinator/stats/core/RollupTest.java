package io.pithead.coordinator.stats.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RollupTest {
    private static final Instant HOUR = Instant.parse("2026-03-01T12:00:00Z");

    private static Rollup rollup(Instant at, long completed, Rollup.Looks looks) {
        return new Rollup(
                at,
                completed,
                completed,
                0,
                0,
                Histogram.EMPTY,
                Histogram.EMPTY,
                BigInteger.TEN,
                BigInteger.ZERO,
                looks);
    }

    @Test
    void merged_ones_add_up_and_a_gap_stays_one() {
        var one = new Rollup.Looks(1, 4, 4, 30, 2, 0, 0, 0);
        var other = new Rollup.Looks(1, 2, 2, 90, 3, 0, 0, 1);
        List<Rollup> merged = Rollup.merge(
                List.of(
                        rollup(HOUR.plusSeconds(60), 1, one),
                        rollup(HOUR.plusSeconds(120), 2, other),
                        rollup(HOUR.plusSeconds(900), 5, Rollup.Looks.NONE)),
                Duration.ofMinutes(5));

        assertThat(merged).hasSize(2);
        assertThat(merged.getFirst())
                .isEqualTo(new Rollup(
                        HOUR,
                        3,
                        3,
                        0,
                        0,
                        Histogram.EMPTY,
                        Histogram.EMPTY,
                        BigInteger.valueOf(20),
                        BigInteger.ZERO,
                        new Rollup.Looks(2, 6, 4, 90, 5, 0, 0, 1)));
        assertThat(merged.getLast()).isEqualTo(rollup(HOUR.plusSeconds(900), 5, Rollup.Looks.NONE));
    }
}
