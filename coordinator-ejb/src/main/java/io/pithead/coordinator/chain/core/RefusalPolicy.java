package io.pithead.coordinator.chain.core;

import java.time.Duration;

/** What follows when a transaction would fail: it may depend on one that is not in a block yet. */
public record RefusalPolicy(int maxTries, Duration firstPause, Duration maxPause) {
    public static final RefusalPolicy DEFAULT = new RefusalPolicy(6, Duration.ofSeconds(2), Duration.ofMinutes(1));

    /** What follows. */
    public sealed interface Decision {
        record Again(Duration pause) implements Decision {}

        record GiveUp() implements Decision {}
    }

    /** @param tries that failed, this one included */
    public Decision decide(int tries) {
        if (tries >= maxTries) {
            return new Decision.GiveUp();
        }
        Duration pause = firstPause;
        for (int i = 1; i < tries && pause.compareTo(maxPause) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return new Decision.Again(pause.compareTo(maxPause) < 0 ? pause : maxPause);
    }
}
