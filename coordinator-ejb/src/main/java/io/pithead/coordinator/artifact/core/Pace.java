package io.pithead.coordinator.artifact.core;

import java.time.Duration;

/** How slow a transfer may be before it gives its thread back. A slow start is forgiven. */
public record Pace(Duration grace, long minBytesPerSecond) {
    public Pace {
        if (grace.isNegative() || minBytesPerSecond < 1) {
            throw new IllegalArgumentException("no pace: " + grace + ", " + minBytesPerSecond);
        }
    }

    public boolean isTooSlow(long bytes, Duration elapsed) {
        return elapsed.compareTo(grace) > 0 && bytes / Math.max(1, elapsed.toSeconds()) < minBytesPerSecond;
    }
}
