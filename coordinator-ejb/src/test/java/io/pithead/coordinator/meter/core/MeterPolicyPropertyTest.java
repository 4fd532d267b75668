package io.pithead.coordinator.meter.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.meter.core.MeterPolicy.Close;
import io.pithead.coordinator.meter.core.MeterPolicy.Reach;
import io.pithead.coordinator.meter.core.MeterPolicy.Reading;
import io.pithead.coordinator.meter.core.MeterPolicy.Slice;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class MeterPolicyPropertyTest {
    private static final Duration SLICE = Duration.ofMinutes(1);

    @Provide
    Arbitrary<Rate> rates() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 1_000_000_000),
                        Arbitraries.longs().between(1, 1_000_000_000))
                .as((paused, more) -> new Rate(BigInteger.valueOf(paused + more), BigInteger.valueOf(paused)));
    }

    /** A step of a container's life: how long it ran, how long it was paused, in milliseconds. */
    record Step(int ranMs, int pausedMs) {}

    @Provide
    Arbitrary<Step> steps() {
        Arbitrary<Integer> times = Arbitraries.integers().between(0, 200_000);
        return Combinators.combine(times, times).as(Step::new);
    }

    @Property
    void whatever_happens_the_buyer_pays_what_was_seen_and_never_more_than_it_has(
            @ForAll("rates") Rate rate,
            @ForAll @LongRange(max = 2_000_000_000L) long wallet,
            @ForAll @Size(max = 20) List<@net.jqwik.api.From("steps") Step> steps) {
        BigInteger left = BigInteger.valueOf(wallet);
        BigInteger first = MeterPolicy.ahead(rate, SLICE);
        if (first.compareTo(left) > 0) {
            return;
        }
        left = left.subtract(first);
        var reading = new Reading(rate, 0, 0, first, BigInteger.ZERO);
        boolean out = false;
        for (Step step : steps) {
            if (out) {
                break;
            }
            reading = new Reading(
                    rate,
                    reading.runMs() + step.ranMs,
                    reading.pausedMs() + step.pausedMs,
                    reading.reserved(),
                    reading.settled());
            Slice slice = MeterPolicy.settle(reading, SLICE, left);
            assertThat(slice.reserve()).isBetween(BigInteger.ZERO, left);
            assertThat(slice.pay()).isBetween(BigInteger.ZERO, reading.due());
            left = left.subtract(slice.reserve());
            reading = new Reading(
                    rate,
                    reading.runMs(),
                    reading.pausedMs(),
                    reading.reserved().add(slice.reserve()).subtract(slice.pay()),
                    reading.settled().add(slice.pay()));
            assertThat(reading.reserved().signum()).isNotNegative();
            if (left.signum() > 0) {
                assertThat(reading.due()).as("all is paid while there is money").isZero();
                assertThat(slice.reach()).isEqualTo(Reach.AMPLE);
            }
            out = slice.reach() == Reach.OUT;
        }
        Close close = MeterPolicy.close(reading);
        BigInteger paid = reading.settled().add(close.pay());
        assertThat(left.add(close.release()).add(paid)).as("nothing is lost").isEqualTo(BigInteger.valueOf(wallet));
        assertThat(paid).isLessThanOrEqualTo(rate.cost(reading.runMs(), reading.pausedMs()));
    }

    @Property
    void who_is_not_out_can_pay_the_slice_that_begins(
            @ForAll("rates") Rate rate,
            @ForAll @IntRange(max = 60_000) int ranMs,
            @ForAll @LongRange(max = 100_000_000L) long available,
            @ForAll @IntRange(min = 1, max = 60_000) int nextMs) {
        var reading = new Reading(rate, ranMs, 0, MeterPolicy.ahead(rate, SLICE), BigInteger.ZERO);
        Slice slice = MeterPolicy.settle(reading, SLICE, BigInteger.valueOf(available));
        if (slice.reach() != Reach.OUT) {
            BigInteger aside = reading.reserved().add(slice.reserve()).subtract(slice.pay());
            BigInteger owed = rate.cost((long) ranMs + nextMs, 0).subtract(slice.pay());
            assertThat(aside).isGreaterThanOrEqualTo(owed);
        }
    }

    @Property
    void a_warning_comes_a_slice_before_the_end(@ForAll("rates") Rate rate) {
        // what costs less than two minor units for a slice lasts longer than its slices: one lies aside rounded up
        Assume.that(rate.cost(SLICE.toMillis(), 0).compareTo(BigInteger.TWO) >= 0);
        var reading = new Reading(rate, 60_000, 0, MeterPolicy.ahead(rate, SLICE), BigInteger.ZERO);
        assertThat(MeterPolicy.settle(reading, SLICE, BigInteger.ZERO).reach()).isEqualTo(Reach.LOW);
        var later = new Reading(rate, 120_000, 0, MeterPolicy.price(rate, SLICE), rate.cost(60_000, 0));
        assertThat(MeterPolicy.settle(later, SLICE, BigInteger.ZERO).reach()).isEqualTo(Reach.OUT);
    }

    @Property
    void slices_of_any_length_come_to_what_all_of_the_time_costs(
            @ForAll("rates") Rate rate, @ForAll @Size(max = 30) List<@IntRange(max = 60_000) Integer> times) {
        BigInteger settled = BigInteger.ZERO;
        long ran = 0;
        for (int time : times) {
            ran += time;
            settled = settled.add(new Reading(rate, ran, 0, BigInteger.ZERO, settled).due());
        }
        assertThat(settled).isEqualTo(rate.cost(ran, 0));
    }
}
