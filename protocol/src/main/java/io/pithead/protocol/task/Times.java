package io.pithead.protocol.task;

import java.time.Instant;

/** Times that a calendar, and a database, still knows. */
final class Times {
    static final String RULE = "must be from 1970 to 9999";
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private Times() {}

    static boolean areStorable(Instant time) {
        return !time.isBefore(Instant.EPOCH) && !time.isAfter(LAST);
    }
}
