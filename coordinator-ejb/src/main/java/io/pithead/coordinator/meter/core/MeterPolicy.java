package io.pithead.coordinator.meter.core;

import java.math.BigInteger;
import java.time.Duration;

/**
 * Slices of metered time. Money for two slices lies aside before a container begins and after each slice that is settled; when
 * the buyer has less, it is warned, and when not even one slice is covered, the container ends. So nobody works for
 * money that is not there, and the buyer never owes any.
 */
public final class MeterPolicy {
    private static final int SLICES_AHEAD = 2;

    private MeterPolicy() {}

    /** What was seen, set aside and paid since the beginning; amounts in minor units. */
    public record Reading(Rate rate, long runMs, long pausedMs, BigInteger reserved, BigInteger settled) {
        /** What is owed and not paid. */
        BigInteger due() {
            return rate.cost(runMs, pausedMs).subtract(settled).max(BigInteger.ZERO);
        }
    }

    /** How far the money reaches. */
    public enum Reach {
        AMPLE,
        /** Less than two slices lie aside: the buyer is warned. */
        LOW,
        /** Less than one: the container ends. */
        OUT
    }

    /** What a settlement does: sets aside, then pays. */
    public record Slice(BigInteger reserve, BigInteger pay, Reach reach) {}

    /** What the end of a container does: pays, and gives the rest back. */
    public record Close(BigInteger pay, BigInteger release) {}

    /** What one slice costs at most. */
    public static BigInteger price(Rate rate, Duration slice) {
        BigInteger ms = BigInteger.valueOf(slice.toMillis());
        // rounded up: a slice that is set aside covers what a slice can cost
        return rate.runPerHour()
                .multiply(ms)
                .add(Rate.MS_PER_HOUR.subtract(BigInteger.ONE))
                .divide(Rate.MS_PER_HOUR);
    }

    /** What must lie aside before a container begins. */
    public static BigInteger ahead(Rate rate, Duration slice) {
        return price(rate, slice).multiply(BigInteger.valueOf(SLICES_AHEAD));
    }

    /** @param available what the buyer can still set aside, by its wallet and by the task's budget */
    public static Slice settle(Reading reading, Duration slice, BigInteger available) {
        BigInteger due = reading.due();
        BigInteger ahead = ahead(reading.rate, slice);
        BigInteger reserve =
                due.add(ahead).subtract(reading.reserved).max(BigInteger.ZERO).min(available.max(BigInteger.ZERO));
        BigInteger covered = reading.reserved.add(reserve);
        BigInteger pay = due.min(covered);
        return new Slice(reserve, pay, reach(covered.subtract(pay), reading.rate, slice));
    }

    private static Reach reach(BigInteger left, Rate rate, Duration slice) {
        if (left.compareTo(price(rate, slice)) < 0) {
            return Reach.OUT;
        }
        return left.compareTo(ahead(rate, slice)) < 0 ? Reach.LOW : Reach.AMPLE;
    }

    public static Close close(Reading reading) {
        BigInteger pay = reading.due().min(reading.reserved);
        return new Close(pay, reading.reserved.subtract(pay));
    }
}
