package io.pithead.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition, with a deadline. */
final class Await {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private Await() {}

    static void until(String what, Duration limit, Callable<Boolean> condition) {
        Instant deadline = Instant.now().plus(limit);
        Throwable last = null;
        while (Instant.now().isBefore(deadline)) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (Exception e) {
                last = e;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        throw new AssertionError("not within " + limit.toSeconds() + " s: " + what, last);
    }
}
