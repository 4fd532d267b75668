package io.pithead.coordinator.user.core;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long wrong guesses make wait: a few are free, each further one doubles the wait up to a bound, and silence makes them
 * forgotten. An attempt counts as wrong when it begins; one that was right is taken back. So many at once count as many.
 */
public record Backoff(int free, Duration first, Duration max, Duration memory) {
    /** By name: a person mistypes; a machine gets four guesses an hour in the end. */
    public static final Backoff OF_NAME =
            new Backoff(5, Duration.ofSeconds(2), Duration.ofMinutes(15), Duration.ofHours(12));

    /** By address: an office may stand behind one. */
    public static final Backoff OF_ADDRESS =
            new Backoff(20, Duration.ofSeconds(2), Duration.ofMinutes(15), Duration.ofHours(12));

    private static final int MAX_DOUBLINGS = 30;

    public Backoff {
        if (free < 1 || first.isNegative() || first.isZero() || max.compareTo(first) < 0) {
            throw new IllegalArgumentException("a first attempt is free, and waits grow");
        }
    }

    /** What is remembered of one name or address. */
    public record Attempts(int failures, Instant at, Instant waitUntil) {}

    /** What becomes of an attempt. */
    public sealed interface Turn {
        /** Look at it; this is remembered until it proves right. */
        record Take(Attempts remembered) implements Turn {}

        /** Too early: it is not looked at, and does not count. */
        record Wait(Instant until) implements Turn {}
    }

    public Turn attempt(@Nullable Attempts before, Instant now) {
        if (before == null || !now.isBefore(before.at().plus(memory))) {
            return new Turn.Take(new Attempts(1, now, now));
        }
        if (now.isBefore(before.waitUntil())) {
            return new Turn.Wait(before.waitUntil());
        }
        int failures = Math.min(before.failures(), Integer.MAX_VALUE - 1) + 1;
        return new Turn.Take(new Attempts(failures, now, now.plus(wait(failures))));
    }

    /** After so many wrong ones in a row. */
    Duration wait(int failures) {
        if (failures < free) {
            return Duration.ZERO;
        }
        Duration doubled = first.multipliedBy(1L << Math.min(failures - free, MAX_DOUBLINGS));
        return doubled.compareTo(max) > 0 ? max : doubled;
    }

    /** The attempt was right: it is as if it had not been. Others that were wrong stay. */
    public static Attempts takenBack(Attempts after, Instant now) {
        return new Attempts(Math.max(0, after.failures() - 1), after.at(), now);
    }
}
