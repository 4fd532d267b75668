package io.pithead.miner.container.core;

import static java.util.Objects.requireNonNullElse;

import io.pithead.protocol.task.RestartPolicy;
import java.time.Duration;

/** When a container that ended starts again, and after how long. */
public final class Restarts {
    private static final int MAX_DOUBLINGS = 16;

    private Restarts() {}

    /** @param restarts starts again so far */
    public static boolean again(RestartPolicy policy, int exitCode, int restarts) {
        boolean wanted = switch (policy.policy()) {
            case NEVER -> false;
            case ON_FAILURE -> exitCode != 0;
            case ALWAYS -> true;
        };
        Integer max = policy.max();
        return wanted && (max == null || restarts < max);
    }

    /** Doubled with every start again, and capped. */
    public static Duration delay(RestartPolicy policy, int restarts) {
        long first = requireNonNullElse(policy.backoffS(), RestartPolicy.DEFAULT_BACKOFF_S);
        long doubled = first << Math.min(Math.max(restarts, 0), MAX_DOUBLINGS);
        return Duration.ofSeconds(Math.min(doubled, RestartPolicy.MAX_BACKOFF_S));
    }
}
