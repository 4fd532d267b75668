package io.pithead.coordinator.stats.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which steps are to be written next. */
public final class Windows {
    /** A row of a minute may come so late: what a transaction wrote is seen when it ends, and clocks differ. */
    public static final Duration MARGIN = Duration.ofMinutes(2);

    private Windows() {}

    /**
     * Steps in a row, from the first to before the last.
     *
     * @param left how many are final beyond it, for the next round
     */
    public record Window(Instant from, Instant to, long left) {}

    /**
     * Minutes that are final: after the last one written; where there is none, from the oldest job's hour on, no further back than
     * minutes are kept.
     *
     * @param most how many minutes at once
     */
    public static Optional<Window> minutes(@Nullable Instant lastWritten, Instant oldest, Instant now, int most) {
        Instant first = lastWritten == null
                ? Step.HOUR.floor(later(oldest, now.minus(Step.MINUTE.kept())))
                : lastWritten.plus(Step.MINUTE.length());
        return window(Step.MINUTE, first, Step.MINUTE.floor(now.minus(MARGIN)), most);
    }

    /** Hours all of whose minutes are written. */
    public static Optional<Window> hours(
            @Nullable Instant lastWritten, Instant firstMinute, Instant lastMinute, int most) {
        Instant first = lastWritten == null ? Step.HOUR.floor(firstMinute) : lastWritten.plus(Step.HOUR.length());
        return window(Step.HOUR, first, Step.HOUR.floor(lastMinute.plus(Step.MINUTE.length())), most);
    }

    private static Optional<Window> window(Step step, Instant first, Instant end, int most) {
        long due = Duration.between(first, end).dividedBy(step.length());
        if (due <= 0) {
            return Optional.empty();
        }
        long now = Math.min(due, most);
        return Optional.of(new Window(first, first.plus(step.length().multipliedBy(now)), due - now));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
