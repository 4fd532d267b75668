package io.pithead.coordinator.account;

import io.pithead.protocol.Page;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** Cuts a page from a result that was asked for one row more than fits. */
public final class Pages {
    private Pages() {}

    public static <T> Page<T> of(List<T> rows, int limit, Function<T, UUID> id) {
        if (rows.size() <= limit) {
            return new Page<>(rows, null);
        }
        List<T> page = rows.subList(0, limit);
        return new Page<>(page, id.apply(page.getLast()).toString());
    }
}
