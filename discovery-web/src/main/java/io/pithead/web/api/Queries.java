package io.pithead.web.api;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks query parameters; a wrong one is named. */
final class Queries {
    /** Lines from the end of a log. */
    static final int MAX_TAIL = 100_000;

    private Queries() {}

    static void require(String name, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw wrong(name, "is required");
        }
    }

    static void range(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw wrong(name, "must be from " + min + " to " + max);
        }
    }

    static void matches(String name, @Nullable String value, Pattern pattern, String otherwise) {
        if (value != null && !pattern.matcher(value).matches()) {
            throw wrong(name, otherwise);
        }
    }

    private static CoordinatorException wrong(String name, String problem) {
        return new CoordinatorException(
                ErrorCode.MALFORMED_REQUEST, "A query parameter is wrong.", Map.of(name, problem));
    }
}
