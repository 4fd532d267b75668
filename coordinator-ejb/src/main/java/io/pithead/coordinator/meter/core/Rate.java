package io.pithead.coordinator.meter.core;

import io.pithead.protocol.money.Money;
import io.pithead.protocol.task.Metering;
import io.pithead.protocol.task.Resources;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * What an hour of a container costs in minor units: of one that runs, and of one that is paused, which still holds its
 * memory and its GPUs.
 */
public record Rate(BigInteger runPerHour, BigInteger pausedPerHour) {
    private static final BigDecimal SECONDS = BigDecimal.valueOf(3_600);
    private static final BigDecimal MB_PER_GB = BigDecimal.valueOf(1_000);
    static final BigInteger MS_PER_HOUR = BigInteger.valueOf(3_600_000);

    /** By what the task asked for: what a container really uses, only its miner knows. */
    public static Rate of(Metering metering, Resources asked) {
        BigDecimal cpu =
                price(metering.cpuSecond()).multiply(orZero(asked.cpus())).multiply(SECONDS);
        BigDecimal gpu = price(metering.gpuSecond())
                .multiply(BigDecimal.valueOf(asked.gpus() == null ? 0 : asked.gpus()))
                .multiply(SECONDS);
        BigDecimal ram = price(metering.ramGbHour())
                .multiply(BigDecimal.valueOf(asked.ramMb() == null ? 0 : asked.ramMb()))
                .divide(MB_PER_GB);
        BigDecimal held = gpu.add(ram);
        return new Rate(whole(held.add(cpu)), whole(held));
    }

    private static BigDecimal price(@Nullable String tokens) {
        return tokens == null ? BigDecimal.ZERO : new BigDecimal(Money.parse(tokens));
    }

    private static BigDecimal orZero(@Nullable BigDecimal figure) {
        return figure == null ? BigDecimal.ZERO : figure;
    }

    private static BigInteger whole(BigDecimal amount) {
        return amount.setScale(0, RoundingMode.DOWN).toBigIntegerExact();
    }

    /** What this much time costs, rounded down once over all of it. */
    BigInteger cost(long runMs, long pausedMs) {
        return runPerHour
                .multiply(BigInteger.valueOf(runMs))
                .add(pausedPerHour.multiply(BigInteger.valueOf(pausedMs)))
                .divide(MS_PER_HOUR);
    }
}
