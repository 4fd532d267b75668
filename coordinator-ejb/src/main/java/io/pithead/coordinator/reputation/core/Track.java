package io.pithead.coordinator.reputation.core;

import io.pithead.coordinator.reputation.core.Reputation.Inputs;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a node has shown so far, in figures that take no more room when it grows old.
 *
 * @param wrong answers judged wrong as of {@code wrongAt}; half of each is forgotten in {@link Reputation#HALF_LIFE}
 * @param speed how long others took for the same work, divided by its own time; the mean of {@code compared}, or of the last {@link #MEMORY}
 * @param heardS of the {@code watchedS} seconds, at most {@link #WINDOW}, for which somebody listened
 */
public record Track(
        long right, double wrong, Instant wrongAt, double speed, int compared, double heardS, double watchedS) {
    /** Answers judged right that a node needs so that it is no newcomer any more. */
    public static final int NEWCOMER_UNTIL = 10;

    static final int MEMORY = 20;
    static final Duration WINDOW = Duration.ofDays(30);
    /** Longer than that between two looks nobody looked, and nobody knows. */
    static final Duration LONGEST_LOOK = Duration.ofMinutes(30);
    /** Below and above that a figure says more of the comparison than of the node. */
    private static final double LEAST_SPEED = 0.01;

    private static final double MOST_SPEED = 2;

    public Track {
        if (right < 0 || !(wrong >= 0) || !(speed > 0) || compared < 0 || !(0 <= heardS && heardS <= watchedS)) {
            throw new IllegalArgumentException("no figure of a track is negative, and it is heard while it is watched");
        }
    }

    /** One that nobody knows anything of. */
    public static Track begin(Instant now) {
        return new Track(0, 0, now, 1, 0, 0, 0);
    }

    /** @param faster the time that others took for the same work, divided by its own; null when nobody else's is known */
    public Track afterRight(@Nullable Double faster) {
        if (faster == null || faster.isNaN()) {
            return new Track(right + 1, wrong, wrongAt, speed, compared, heardS, watchedS);
        }
        int share = Math.min(compared + 1, MEMORY);
        double mean = speed + (Math.clamp(faster, LEAST_SPEED, MOST_SPEED) - speed) / share;
        return new Track(
                right + 1,
                wrong,
                wrongAt,
                Math.clamp(mean, LEAST_SPEED, MOST_SPEED),
                Math.min(compared + 1, Integer.MAX_VALUE - 1),
                heardS,
                watchedS);
    }

    public Track afterWrong(Instant now) {
        return new Track(right, wrongBy(now) + 1, later(wrongAt, now), speed, compared, heardS, watchedS);
    }

    /** An answer that was counted as wrong is right: as if it never had been. */
    public Track afterCleared(Instant now) {
        double left = Math.max(0, wrongBy(now) - 1);
        return new Track(right + 1, left, later(wrongAt, now), speed, compared, heardS, watchedS);
    }

    /** @param passed since the last look; of a gap longer than {@link #LONGEST_LOOK} nothing is said */
    public Track afterLook(boolean heard, Duration passed) {
        if (passed.isNegative() || passed.compareTo(LONGEST_LOOK) > 0) {
            return this;
        }
        double seconds = passed.toMillis() / 1000.0;
        double room = WINDOW.toSeconds() - seconds;
        double kept = watchedS <= room ? 1 : room / watchedS;
        double watched = watchedS * kept + seconds;
        return new Track(
                right,
                wrong,
                wrongAt,
                speed,
                compared,
                Math.min(watched, heardS * kept + (heard ? seconds : 0)),
                watched);
    }

    public boolean isNewcomer() {
        return right < NEWCOMER_UNTIL;
    }

    /** @param age since it was first seen @param stake of what must stand behind it, the share that does */
    public Inputs inputs(Duration age, double stake, Instant now) {
        double uptime = watchedS == 0 ? 0 : heardS / watchedS;
        return new Inputs(right, wrongBy(now), uptime, speed, age.isNegative() ? Duration.ZERO : age, stake);
    }

    private double wrongBy(Instant now) {
        Duration since = Duration.between(wrongAt, now);
        return since.isNegative()
                ? wrong
                : wrong * Math.pow(2, -(since.toMillis() / (double) Reputation.HALF_LIFE.toMillis()));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
