package io.pithead.coordinator.lease.core;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whether another attempt follows one that ended without a proof. */
public final class RetryPolicy {
    private RetryPolicy() {}

    /** What becomes of the job. */
    public sealed interface Decision {
        /** Queue it again, but not before this instant. */
        record Retry(Instant readyAt) implements Decision {}

        /** It ends as failed; the reservation is released. */
        record GiveUp(String reason) implements Decision {}

        /** Its time is over. */
        record Expire() implements Decision {}
    }

    /** Why the attempt ended. */
    public enum Cause {
        /** The lease ran out or the miner no longer knew of it: not the job's fault, so no delay. */
        LEASE_LOST,
        /** The miner said the attempt failed but another may work. */
        RETRYABLE,
        /** The miner said that no attempt will work. */
        FATAL
    }

    public static Decision decide(
            Cause cause,
            int attempt,
            int maxAttempts,
            @Nullable Instant deadline,
            Duration firstBackoff,
            Duration maxBackoff,
            Instant now) {
        if (deadline != null && !deadline.isAfter(now)) {
            return new Decision.Expire();
        }
        if (cause == Cause.FATAL) {
            return new Decision.GiveUp("the miner reported a failure that no other attempt would mend");
        }
        if (attempt >= maxAttempts) {
            return new Decision.GiveUp("all " + maxAttempts + " attempts are used up");
        }
        if (cause == Cause.LEASE_LOST) {
            return new Decision.Retry(now);
        }
        Instant readyAt = now.plus(backoff(attempt, firstBackoff, maxBackoff));
        if (deadline != null && !readyAt.isBefore(deadline)) {
            return new Decision.Expire();
        }
        return new Decision.Retry(readyAt);
    }

    /** Doubles with every attempt up to the maximum. */
    static Duration backoff(int attempt, Duration first, Duration max) {
        Duration delay = first;
        for (int i = 1; i < attempt && delay.compareTo(max) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(max) < 0 ? delay : max;
    }
}
