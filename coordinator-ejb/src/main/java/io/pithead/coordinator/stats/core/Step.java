package io.pithead.coordinator.stats.core;

import java.time.Duration;
import java.time.Instant;

/** How long a rollup is, and how long it is kept. */
public enum Step {
    MINUTE(Duration.ofMinutes(1), Duration.ofDays(7)),
    HOUR(Duration.ofHours(1), Duration.ofDays(366));

    private final Duration length;
    private final Duration kept;

    Step(Duration length, Duration kept) {
        this.length = length;
        this.kept = kept;
    }

    public Duration length() {
        return length;
    }

    public Duration kept() {
        return kept;
    }

    /** The beginning of the step that this is in. */
    public Instant floor(Instant at) {
        return floor(at, length);
    }

    static Instant floor(Instant at, Duration length) {
        return Instant.ofEpochSecond(at.getEpochSecond() - Math.floorMod(at.getEpochSecond(), length.toSeconds()));
    }
}
