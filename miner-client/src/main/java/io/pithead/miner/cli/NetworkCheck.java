package io.pithead.miner.cli;

import io.pithead.miner.api.LineSpeed.Measured;
import io.pithead.miner.cli.CheckLine.Result;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What {@code check} says of the line to the coordinator. A slow one is no failure: there is work that needs little of it. */
final class NetworkCheck {
    /** At this rate a gigabyte of {@code /data} takes a quarter of an hour. */
    static final double LEAST_MEGABITS = 10;

    private static final String CHECK = "network";

    private NetworkCheck() {}

    static CheckLine line(Measured up, Measured down) {
        String detail = words(up) + " to the coordinator, " + words(down) + " from it";
        Map<String, Double> figures = new TreeMap<>();
        figure(figures, "up_megabits_per_s", up);
        figure(figures, "down_megabits_per_s", down);
        if (up instanceof Measured.Unknown || down instanceof Measured.Unknown) {
            return new CheckLine(
                    CHECK,
                    Result.WARN,
                    detail,
                    "try again; when it stays so, ask the coordinator's operator whether it takes artifacts",
                    figures);
        }
        boolean enough = isEnough(up) && isEnough(down);
        return new CheckLine(
                CHECK,
                enough ? Result.OK : Result.WARN,
                detail,
                enough
                        ? null
                        : "inputs, results and copies of /data go over this line: use one of at least "
                                + (int) LEAST_MEGABITS + " Mbit/s each way, or copy /data less often (SNAPSHOT_SECS)",
                figures);
    }

    private static boolean isEnough(Measured measured) {
        return measured instanceof Measured.Rate rate && rate.megabits() >= LEAST_MEGABITS;
    }

    private static void figure(Map<String, Double> figures, String name, Measured measured) {
        if (measured instanceof Measured.Rate rate) {
            figures.put(name, Math.round(rate.megabits() * 10) / 10.0);
        }
    }

    private static String words(Measured measured) {
        return switch (measured) {
            case Measured.Rate rate -> String.format(Locale.ROOT, "%.1f Mbit/s", rate.megabits());
            case Measured.Below below -> String.format(Locale.ROOT, "less than %.1f Mbit/s", below.megabits());
            case Measured.Unknown unknown -> "not measured (" + unknown.why() + ")";
        };
    }
}
