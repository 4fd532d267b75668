package io.pithead.miner.cli;

import org.jspecify.annotations.Nullable;

/** One thing that {@code check} looked at, and how to mend it. */
record CheckLine(
        String check,
        Result result,
        String detail,
        @Nullable String fix) {
    enum Result {
        OK,
        WARN,
        FAIL
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
