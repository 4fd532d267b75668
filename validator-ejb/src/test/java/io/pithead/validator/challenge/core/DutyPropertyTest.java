package io.pithead.validator.challenge.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class DutyPropertyTest {
    @Property
    void no_luck_takes_more_of_a_nodes_time_than_its_share(
            @ForAll @IntRange(min = 1, max = 10_000) int shareOfTenThousand,
            @ForAll @IntRange(min = 1, max = 600_000) int workMs,
            @ForAll @Size(min = 1, max = 50) List<@DoubleRange(min = 0, max = 1, maxIncluded = false) Double> draws) {
        double share = shareOfTenThousand / 10_000.0;
        var duty = new Duty(share, Duration.ofHours(1));
        Duration work = Duration.ofMillis(workMs);
        double waited = 0;
        for (double drawn : draws) {
            waited += duty.wait(work, drawn).toNanos();
        }

        assertThat(draws.size() * (double) work.toNanos()).isLessThanOrEqualTo(share * waited * (1 + 1e-9));
    }

    @Property
    void a_wait_is_never_longer_than_it_may_be_on_average_ten_times(
            @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double drawn,
            @ForAll @IntRange(min = 1, max = 86_400) int everyS) {
        var duty = new Duty(0.005, Duration.ofSeconds(everyS));
        Duration work = Duration.ofSeconds(2);

        assertThat(duty.wait(work, drawn))
                .isBetween(
                        duty.rest(work),
                        duty.rest(work).plus(Duration.ofSeconds(everyS).multipliedBy(Duty.LONGEST)));
    }

    /** The mean of evenly spread draws is that of the distribution, but for the tail that is cut off. */
    @Example
    void beyond_the_rest_it_is_the_wanted_time_on_average() {
        var duty = new Duty(0.005, Duration.ofHours(1));
        Duration work = Duration.ofSeconds(2);
        double total = 0;
        for (int i = 0; i < 10_000; i++) {
            total += duty.wait(work, (i + 0.5) / 10_000).minus(duty.rest(work)).toMillis();
        }

        assertThat(duty.rest(work)).isEqualTo(Duration.ofSeconds(400));
        assertThat(total / 10_000 / 3_600_000).isBetween(0.999, 1.001);
    }

    @Example
    void the_worst_of_luck_waits_ten_times_the_mean_and_no_longer() {
        var duty = new Duty(0.005, Duration.ofHours(1));
        Duration work = Duration.ofSeconds(2);

        assertThat(duty.wait(work, Math.nextDown(1.0)))
                .isEqualTo(duty.rest(work).plus(Duration.ofHours(10)));
    }

    @Example
    void nothing_else_is_a_duty() {
        for (double share : new double[] {0, -1, 1.01, Double.NaN}) {
            assertThatThrownBy(() -> new Duty(share, Duration.ofHours(1))).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new Duty(0.1, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }
}
