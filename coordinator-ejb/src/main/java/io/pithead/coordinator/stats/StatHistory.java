package io.pithead.coordinator.stats;

import io.pithead.coordinator.stats.core.Step;
import java.time.Instant;
import java.util.List;

/**
 * How it was over time, the oldest first; where nothing was counted there is no point.
 *
 * @param lengthS how long each point is
 */
public record StatHistory(Instant from, Instant to, Step step, long lengthS, List<StatPoint> points) {
    public StatHistory {
        points = List.copyOf(points);
    }
}
