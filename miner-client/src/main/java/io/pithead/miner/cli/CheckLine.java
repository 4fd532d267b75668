package io.pithead.miner.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One thing that {@code check} looked at, how to mend it, and the figures for programs. */
record CheckLine(
        String check,
        Result result,
        String detail,
        @Nullable String fix,
        @Nullable Map<String, Double> figures) {
    enum Result {
        OK,
        WARN,
        FAIL
    }

    CheckLine(String check, Result result, String detail, @Nullable String fix) {
        this(check, result, detail, fix, null);
    }

    static CheckLine ok(String check, String detail) {
        return new CheckLine(check, Result.OK, detail, null);
    }

    static CheckLine warn(String check, String detail, String fix) {
        return new CheckLine(check, Result.WARN, detail, fix);
    }

    static CheckLine fail(String check, String detail, String fix) {
        return new CheckLine(check, Result.FAIL, detail, fix);
    }
}
