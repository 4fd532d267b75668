package io.pithead.miner.agent.core;

import java.time.Duration;
import java.time.Instant;

/** One kind of call: at most one is under way, and the next is due at a time that failures push back. */
public record Channel(boolean busy, int failures, Instant due) {
    static Channel dueAt(Instant due) {
        return new Channel(false, 0, due);
    }

    boolean isDue(Instant now) {
        return !busy && !now.isBefore(due);
    }

    Channel started() {
        return new Channel(true, failures, due);
    }

    Channel done(Instant next) {
        return dueAt(next);
    }

    Channel failed(Instant now, Trouble trouble, double roll) {
        Duration backoff = Backoff.delay(failures, roll);
        Duration wait = backoff.compareTo(trouble.retryAfter()) > 0 ? backoff : trouble.retryAfter();
        return new Channel(false, failures + 1, now.plus(wait));
    }

    /** The coordinator is back: what waits for a distant retry may go sooner. */
    Channel noLaterThan(Instant sooner) {
        return !busy && failures > 0 && due.isAfter(sooner) ? new Channel(false, failures, sooner) : this;
    }
}
