package io.pithead.coordinator.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for a condition, with a deadline that is generous because it only passes when something is broken. */
public final class Await {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final long LOOK_AGAIN_MS = 20;

    private Await() {}

    /** A condition that may throw while things are still coming up. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    public static void until(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + DEADLINE + ": " + what);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
    }
}
