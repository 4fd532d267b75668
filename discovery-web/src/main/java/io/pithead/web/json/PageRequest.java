package io.pithead.web.json;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.signing.Address;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code ?limit=} and {@code ?cursor=} of every list, as a {@code @BeanParam}. */
public class PageRequest {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    @QueryParam("limit")
    @DefaultValue("" + Page.DEFAULT_LIMIT)
    int limit;

    @QueryParam("cursor")
    @Nullable
    String cursor;

    public int limit() {
        if (limit < 1 || limit > Page.MAX_LIMIT) {
            throw wrong("limit", "must be from 1 to " + Page.MAX_LIMIT);
        }
        return limit;
    }

    /** The id that the cursor stands for, null on the first page. */
    public @Nullable UUID cursor() {
        if (cursor == null) {
            return null;
        }
        return Ids.parse(cursor).orElseThrow(() -> wrong("cursor", "must be a next_cursor of this list"));
    }

    /** Of lists in the order of addresses. */
    public @Nullable Address addressCursor() {
        if (cursor == null) {
            return null;
        }
        return Address.parse(cursor).orElseThrow(() -> wrong("cursor", "must be a next_cursor of this list"));
    }

    /** Of lists in the order of numbers. */
    public @Nullable Long numberCursor() {
        if (cursor == null) {
            return null;
        }
        if (!NUMBER.matcher(cursor).matches()) {
            throw wrong("cursor", "must be a next_cursor of this list");
        }
        return Long.valueOf(cursor);
    }

    private static CoordinatorException wrong(String parameter, String problem) {
        return new CoordinatorException(
                ErrorCode.MALFORMED_REQUEST, "A parameter is wrong.", Map.of(parameter, problem));
    }
}
