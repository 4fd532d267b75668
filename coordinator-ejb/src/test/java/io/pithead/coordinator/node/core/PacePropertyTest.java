package io.pithead.coordinator.node.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PacePropertyTest {
    @Test
    void a_small_fleet_beats_every_ten_seconds_and_is_gone_after_four_missed() {
        Pace pace = Pace.of(3, 1_000, Duration.ofMinutes(1), Duration.ofSeconds(3), Duration.ofSeconds(30));

        assertThat(pace).isEqualTo(new Pace(10, 3, 30));
        assertThat(pace.offlineAfter()).isEqualTo(Duration.ofSeconds(40));
    }

    @Test
    void a_large_fleet_beats_slower() {
        assertThat(pace(15_000, 1_000, 60).heartbeatSecs()).isEqualTo(15);
        assertThat(pace(15_001, 1_000, 60).heartbeatSecs()).isEqualTo(16);
    }

    @Property
    void three_beats_fit_into_a_lease_and_nobody_beats_without_a_pause(
            @ForAll @IntRange(min = 0, max = 10_000_000) int nodes,
            @ForAll @IntRange(min = 1, max = 100_000) int perSecond,
            @ForAll @IntRange(min = 3, max = 1_800) int ttlS) {
        int secs = pace(nodes, perSecond, ttlS).heartbeatSecs();

        assertThat(secs).isPositive();
        assertThat(secs * 3).isLessThanOrEqualTo(ttlS);
    }

    @Property
    void the_fleet_as_a_whole_stays_under_its_rate_where_the_lease_allows_it(
            @ForAll @IntRange(min = 0, max = 1_000_000) int nodes,
            @ForAll @IntRange(min = 1, max = 100_000) int perSecond,
            @ForAll @IntRange(min = 30, max = 1_800) int ttlS) {
        int secs = pace(nodes, perSecond, ttlS).heartbeatSecs();

        boolean boundByLease = secs == ttlS / 3;
        assertThat(boundByLease || (double) nodes / secs <= perSecond).isTrue();
    }

    private static Pace pace(int nodes, int perSecond, int ttlS) {
        return Pace.of(nodes, perSecond, Duration.ofSeconds(ttlS), Duration.ofSeconds(3), Duration.ofSeconds(30));
    }
}
