package io.pithead.protocol.queue;

import io.pithead.protocol.json.Checks;
import org.jspecify.annotations.Nullable;

/** Which dead one to try again; all of them, up to a bound, without {@code id}. */
public record RetryRequest(@Nullable String id) {
    private static final int MAX_ID = 100;

    public RetryRequest {
        new Checks().text("id", id, MAX_ID).done();
    }
}
