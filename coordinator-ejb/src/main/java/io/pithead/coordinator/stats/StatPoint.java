package io.pithead.coordinator.stats;

import io.pithead.coordinator.stats.core.Histogram;
import io.pithead.coordinator.stats.core.Rollup;
import io.pithead.protocol.money.Money;
import java.time.Instant;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What was in a stretch of time, for who looks at it.
 *
 * @param success the completed of the completed and the failed; absent where there were none
 * @param waitMs of jobs that completed, as {@code runMs}; absent where there were none
 * @param standing absent while no instance ran
 */
public record StatPoint(
        Instant at,
        long submitted,
        long completed,
        long failed,
        long canceled,
        @Nullable Double success,
        @Nullable Times waitMs,
        @Nullable Times runMs,
        @Nullable Standing standing,
        String paid,
        String withdrawn) {
    /** Percentiles, off by a tenth at most. */
    public record Times(long p50, long p95, long p99) {
        private static @Nullable Times of(Histogram histogram) {
            return histogram.count() == 0
                    ? null
                    : new Times(
                            ms(histogram.percentile(0.5)),
                            ms(histogram.percentile(0.95)),
                            ms(histogram.percentile(0.99)));
        }

        private static long ms(OptionalDouble percentile) {
            return Math.round(percentile.orElseThrow());
        }
    }

    /** The mean of the looks, but for the most that waited and the longest wait. */
    public record Standing(
            double queued,
            long queuedMost,
            long oldestS,
            double online,
            double offline,
            double draining,
            double banned) {
        private static @Nullable Standing of(Rollup.Looks looks) {
            return looks.count() == 0
                    ? null
                    : new Standing(
                            mean(looks.queued(), looks),
                            looks.queuedMost(),
                            looks.oldestS(),
                            mean(looks.online(), looks),
                            mean(looks.offline(), looks),
                            mean(looks.draining(), looks),
                            mean(looks.banned(), looks));
        }

        private static double mean(long sum, Rollup.Looks looks) {
            return Math.round(10.0 * sum / looks.count()) / 10.0;
        }
    }

    static StatPoint of(Rollup rollup) {
        long ended = rollup.completed() + rollup.failed();
        return new StatPoint(
                rollup.at(),
                rollup.submitted(),
                rollup.completed(),
                rollup.failed(),
                rollup.canceled(),
                ended == 0 ? null : Math.round(10_000.0 * rollup.completed() / ended) / 10_000.0,
                Times.of(rollup.waits()),
                Times.of(rollup.runs()),
                Standing.of(rollup.looks()),
                Money.format(rollup.paid()),
                Money.format(rollup.withdrawn()));
    }
}
