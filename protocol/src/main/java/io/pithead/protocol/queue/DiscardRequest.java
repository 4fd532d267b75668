package io.pithead.protocol.queue;

import io.pithead.protocol.json.Checks;
import org.jspecify.annotations.Nullable;

/** Which dead one to throw away for good: one by its {@code id}, or {@code all}, up to a bound; nothing is thrown away for want of a word. */
public record DiscardRequest(@Nullable String id, @Nullable Boolean all) {
    private static final int MAX_ID = 100;

    public DiscardRequest {
        new Checks()
                .text("id", id, MAX_ID)
                .that("id", (id != null) != Boolean.TRUE.equals(all), "is required, or all: true, and not both")
                .done();
    }
}
