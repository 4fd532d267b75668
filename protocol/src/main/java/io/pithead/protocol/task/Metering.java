package io.pithead.protocol.task;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * A price by time: tokens for a second of one processor, for a second of one GPU and for an hour of 1,000 MB of memory, each times
 * what {@code resources} asks for.
 *
 * @param budget the most that the task may cost on all its nodes together; absent is what the wallet holds
 */
public record Metering(
        @Nullable String cpuSecond,
        @Nullable String gpuSecond,
        @Nullable String ramGbHour,
        @Nullable String budget) {
    public Metering {
        var checks = new Checks()
                .that(
                        "cpu_second",
                        cpuSecond != null || gpuSecond != null || ramGbHour != null,
                        "or gpu_second or ram_gb_hour is required");
        amount(checks, "cpu_second", cpuSecond);
        amount(checks, "gpu_second", gpuSecond);
        amount(checks, "ram_gb_hour", ramGbHour);
        amount(checks, "budget", budget);
        checks.done();
    }

    private static void amount(Checks checks, String member, @Nullable String amount) {
        if (amount != null) {
            try {
                checks.that(member, Money.parse(amount).signum() > 0, "must be above zero");
            } catch (IllegalArgumentException e) {
                checks.that(member, false, String.valueOf(e.getMessage()));
            }
        }
    }
}
