package io.pithead.coordinator.stats.core;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of time that somebody asks about.
 *
 * @param from a beginning of a step
 * @param to not in it
 */
public record Asked(Instant from, Instant to, Step step) {
    public static final Duration USUAL = Duration.ofHours(24);
    /** As many minutes as are kept, and more hours than that. */
    public static final int MAX_POINTS = 10_080;

    /** What is missing is the last day, in minutes; of a longer time hours. */
    public static Asked of(@Nullable Instant from, @Nullable Instant to, @Nullable Step step, Instant now) {
        Instant end = to == null ? now : to;
        Instant begin = from == null ? end.minus(USUAL) : from;
        Step of = step != null ? step : Duration.between(begin, end).compareTo(USUAL) <= 0 ? Step.MINUTE : Step.HOUR;
        return new Asked(of.floor(begin), end, of);
    }

    /** What is wrong with it, by parameter. */
    public Map<String, String> problems() {
        var problems = new LinkedHashMap<String, String>();
        if (!from.isBefore(to)) {
            problems.put("from", "must be before to");
        }
        if (Duration.between(from, to).compareTo(step.length().multipliedBy(MAX_POINTS)) > 0) {
            problems.put("step", "gives more than " + MAX_POINTS + " points: ask for hours, or for less time");
        }
        return problems;
    }
}
