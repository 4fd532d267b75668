package io.pithead.coordinator.platform;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Lets one caller at a time through to what costs much, and tells those who would wait too long to come again. */
public final class Turnstile {
    private static final int RETRY_SECONDS = 2;

    private final ReentrantLock lock = new ReentrantLock(true);
    private final Duration patience;

    public Turnstile(Duration patience) {
        this.patience = patience;
    }

    public <T> T pass(Supplier<T> work) {
        enter();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private void enter() {
        try {
            if (lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new CoordinatorException(ErrorCode.UNAVAILABLE, "Others are asking the same; try again in a moment.")
                .withRetryAfter(RETRY_SECONDS);
    }
}
