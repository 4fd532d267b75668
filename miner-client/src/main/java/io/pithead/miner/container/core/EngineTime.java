package io.pithead.miner.container.core;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * The time that the engine writes before each line of output. It is always of one form, {@code 2026-11-01T12:00:00.000000001Z},
 * and there are a hundred thousand of them a second: the library's reader of every form took a seventh of the time that
 * following output takes.
 */
public final class EngineTime {
    private static final int LENGTH = "2026-11-01T12:00:00.000000001Z".length();
    private static final int SECONDS_OF_DAY = 86_400;

    private EngineTime() {}

    /** The same as {@link Instant#parse} makes of that text. */
    public static Instant parse(byte[] text, int from, int to) throws DateTimeException {
        if (to - from == LENGTH && isPunctuated(text, from)) {
            int year = number(text, from, 4);
            int month = number(text, from + 5, 2);
            int day = number(text, from + 8, 2);
            int hour = number(text, from + 11, 2);
            int minute = number(text, from + 14, 2);
            int second = number(text, from + 17, 2);
            int nano = number(text, from + 20, 9);
            boolean usual = (year | month | day | hour | minute | second | nano) >= 0;
            if (usual && hour < 24 && minute < 60 && second < 60) {
                long date = LocalDate.of(year, month, day).toEpochDay();
                return Instant.ofEpochSecond(date * SECONDS_OF_DAY + (hour * 60L + minute) * 60 + second, nano);
            }
        }
        return Instant.parse(new String(text, from, to - from, StandardCharsets.US_ASCII));
    }

    private static boolean isPunctuated(byte[] text, int from) {
        return text[from + 4] == '-'
                && text[from + 7] == '-'
                && text[from + 10] == 'T'
                && text[from + 13] == ':'
                && text[from + 16] == ':'
                && text[from + 19] == '.'
                && text[from + 29] == 'Z';
    }

    /** Negative when one of them is no digit. */
    private static int number(byte[] text, int from, int digits) {
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
