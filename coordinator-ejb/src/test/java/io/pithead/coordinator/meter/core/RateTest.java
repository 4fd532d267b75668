package io.pithead.coordinator.meter.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.task.Metering;
import io.pithead.protocol.task.Resources;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class RateTest {
    private static final Resources ASKED = new Resources(new BigDecimal("1.5"), 2_500L, null, 2, null, null, null);

    @Test
    void an_hour_costs_what_is_asked_for_times_its_price() {
        Rate rate = Rate.of(new Metering("0.000010", "0.0005", "0.002", null), ASKED);
        // GPUs 2 × 0.0005 × 3,600 = 3.6 tokens, memory 2.5 × 0.002 = 0.005, processors 1.5 × 0.00001 × 3,600 = 0.054
        assertThat(rate.pausedPerHour()).isEqualTo(BigInteger.valueOf(3_605_000));
        assertThat(rate.runPerHour()).isEqualTo(BigInteger.valueOf(3_659_000));
        assertThat(rate.cost(1_800_000, 3_600_000)).isEqualTo(BigInteger.valueOf(1_829_500 + 3_605_000));
    }

    @Test
    void what_is_not_priced_or_not_asked_for_costs_nothing() {
        assertThat(Rate.of(new Metering(null, null, "0.002", null), ASKED))
                .isEqualTo(new Rate(BigInteger.valueOf(5_000), BigInteger.valueOf(5_000)));
        assertThat(Rate.of(new Metering("1", "1", "1", null), Resources.NONE))
                .isEqualTo(new Rate(BigInteger.ZERO, BigInteger.ZERO));
    }
}
