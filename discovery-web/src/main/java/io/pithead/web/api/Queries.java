package io.pithead.web.api;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Checks query parameters; a wrong one is named. */
final class Queries {
    private Queries() {}

    static void require(String name, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw wrong(name, "is required");
        }
    }

    static void range(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw wrong(name, "must be from " + min + " to " + max);
        }
    }

    static int limit(@Nullable Integer limit) {
        if (limit == null) {
            return Page.DEFAULT_LIMIT;
        }
        range("limit", limit, 1, Page.MAX_LIMIT);
        return limit;
    }

    /** A cursor is what the last page gave; its form is nobody's business but ours. */
    static @Nullable UUID cursor(@Nullable String cursor) {
        if (cursor == null || cursor.isEmpty()) {
            return null;
        }
        return Ids.parse(cursor).orElseThrow(() -> wrong("cursor", "must be a next_cursor of the page before"));
    }

    private static CoordinatorException wrong(String name, String problem) {
        return new CoordinatorException(
                ErrorCode.MALFORMED_REQUEST, "A query parameter is wrong.", Map.of(name, problem));
    }
}
