package io.pithead.miner.agent;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.container.EngineException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Since when the engine has not answered one container's thread. */
final class EngineAbsence {
    private static final System.Logger LOG = System.getLogger(EngineAbsence.class.getName());
    /** As long as a coordinator waits for a node that is gone; after that another one may do better. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private final Attempt attempt;
    private @Nullable Instant since;

    EngineAbsence(Attempt attempt) {
        this.attempt = attempt;
    }

    boolean isAway() {
        return since != null;
    }

    void over() {
        since = null;
    }

    /** @return whether it has been away for too long */
    boolean noted(EngineException e, Instant now) {
        Instant begun = since;
        if (begun == null) {
            since = now;
            LOG.log(System.Logger.Level.WARNING, () -> "container.engine-away attempt=" + attempt + " why=" + e.text());
            return false;
        }
        return Duration.between(begun, now).compareTo(PATIENCE) > 0;
    }
}
