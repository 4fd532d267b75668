package io.pithead.protocol.node;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An order to a miner. {@code stop} names the job and lease to end at once and why: {@code cancelled}, {@code lost} or
 * {@code expired}; {@code drain} asks for no new work.
 */
public record Directive(
        String type,
        @Nullable UUID job,
        @Nullable Long lease,
        @Nullable String reason) {
    public static Directive stop(UUID job, long lease, String reason) {
        return new Directive("stop", job, lease, reason);
    }

    public static Directive drain() {
        return new Directive("drain", null, null, null);
    }
}
