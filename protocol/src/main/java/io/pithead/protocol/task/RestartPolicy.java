package io.pithead.protocol.task;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.pithead.protocol.json.Checks;
import org.jspecify.annotations.Nullable;

/**
 * Whether the node starts a container again that has ended.
 *
 * @param max starts again after failures; absent is without end
 * @param backoffS seconds before the first, doubled with each up to {@link #MAX_BACKOFF_S}
 */
public record RestartPolicy(
        When policy, @Nullable Integer max, @Nullable Integer backoffS) {
    public static final int DEFAULT_BACKOFF_S = 10;
    public static final int MAX_BACKOFF_S = 300;
    static final int MAX_RESTARTS = 1_000;
    public static final RestartPolicy NEVER = new RestartPolicy(When.NEVER, null, null);

    /** After which ends. */
    public enum When {
        @JsonProperty("never")
        NEVER,
        @JsonProperty("on-failure")
        ON_FAILURE,
        @JsonProperty("always")
        ALWAYS
    }

    public RestartPolicy {
        new Checks()
                .present("policy", policy)
                .range("max", max, 0, MAX_RESTARTS)
                .range("backoff_s", backoffS, 1, MAX_BACKOFF_S)
                .done();
    }
}
