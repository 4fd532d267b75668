package io.pithead.bench;

import java.time.Duration;
import java.util.Locale;

/** Processor time of the server and of its database: unlike a rate, it hardly depends on who else is on the machine. */
record Cpu(Duration server, Duration database) {
    Cpu since(Cpu before) {
        return new Cpu(server.minus(before.server), database.minus(before.database));
    }

    Cpu plus(Cpu other) {
        return new Cpu(server.plus(other.server), database.plus(other.database));
    }

    /** As milliseconds for each of so many units. */
    String each(long units) {
        return String.format(Locale.ROOT, "%.3f + %.3f ms", millis(server, units), millis(database, units));
    }

    private static double millis(Duration time, long units) {
        return time.toNanos() / 1e6 / Math.max(1, units);
    }
}
