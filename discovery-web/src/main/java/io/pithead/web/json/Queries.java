package io.pithead.web.json;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.Address;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks query parameters; a wrong one is named. */
public final class Queries {
    /** Lines from the end of a log. */
    public static final int MAX_TAIL = 100_000;

    /** Longest time that a request is parked. */
    public static final int MAX_WAIT_S = 30;

    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private Queries() {}

    public static void require(String name, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw wrong(name, "is required");
        }
    }

    public static void range(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw wrong(name, "must be from " + min + " to " + max);
        }
    }

    public static void matches(String name, @Nullable String value, Pattern pattern, String otherwise) {
        if (value != null && !pattern.matcher(value).matches()) {
            throw wrong(name, otherwise);
        }
    }

    public static @Nullable Address address(String name, @Nullable String value) {
        return value == null
                ? null
                : Address.parse(value).orElseThrow(() -> wrong(name, "must be an address: 0x and 40 hex digits"));
    }

    /** A time that the database has too. */
    public static @Nullable Instant instant(String name, @Nullable String value) {
        if (value == null) {
            return null;
        }
        try {
            Instant at = Instant.parse(value);
            if (!at.isBefore(Instant.EPOCH) && at.isBefore(LATEST)) {
                return at;
            }
        } catch (DateTimeParseException e) {
            // told below
        }
        throw wrong(name, "must be a time such as 2026-03-01T12:00:00Z, from 1970 to 9999");
    }

    private static CoordinatorException wrong(String name, String problem) {
        return new CoordinatorException(
                ErrorCode.MALFORMED_REQUEST, "A query parameter is wrong.", Map.of(name, problem));
    }
}
