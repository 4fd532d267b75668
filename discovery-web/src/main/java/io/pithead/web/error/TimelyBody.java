package io.pithead.web.error;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A body that arrives in time. A read that waits for its sender holds a thread, so only so many may, and none for long;
 * what has arrived already is read without asking.
 */
final class TimelyBody extends FilterInputStream {
    static final Duration LIMIT = Duration.ofSeconds(20);
    /** For a few megabytes over a slow line; who may send so much was asked to. */
    static final Duration LARGE_LIMIT = Duration.ofSeconds(90);
    /** Honest senders are a round trip late, not more. */
    private static final long TURN_MILLIS = 100;

    private static final int RETRY_AFTER_S = 1;

    private final Duration limit;
    private final Semaphore waiting;
    private final long since = System.nanoTime();
    private long left;

    /** @param length what was announced */
    TimelyBody(InputStream body, long length, Duration limit, Semaphore waiting) {
        super(body);
        this.left = length;
        this.limit = limit;
        this.waiting = waiting;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (left <= 0) {
            return -1;
        }
        int read = in.available() > 0 ? in.read(buffer, offset, length) : await(buffer, offset, length);
        left -= Math.max(0, read);
        if (System.nanoTime() - since > limit.toNanos()) {
            throw late();
        }
        return read;
    }

    private int await(byte[] buffer, int offset, int length) {
        takeTurn();
        try {
            return in.read(buffer, offset, length);
        } catch (IOException e) {
            throw late();
        } finally {
            waiting.release();
        }
    }

    private void takeTurn() {
        try {
            if (waiting.tryAcquire(TURN_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new CoordinatorException(ErrorCode.UNAVAILABLE, "Too many bodies are on their way; try again shortly.")
                .withRetryAfter(RETRY_AFTER_S);
    }

    private static CoordinatorException late() {
        return new CoordinatorException(ErrorCode.MALFORMED_REQUEST, "The body did not arrive in time.");
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
