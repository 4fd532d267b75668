package io.pithead.coordinator.webhook.core;

import io.pithead.coordinator.webhook.core.Outcome.Answered;
import io.pithead.coordinator.webhook.core.Outcome.Forbidden;
import io.pithead.coordinator.webhook.core.Outcome.Unreached;
import java.time.Duration;

/** What follows a call. Delays double up to a maximum; half of each is left to chance, so that retries spread. */
public record RetryPolicy(Duration firstDelay, Duration maxDelay, Duration window) {
    private static final int GONE = 410;

    public RetryPolicy {
        if (firstDelay.isZero() || firstDelay.isNegative() || maxDelay.compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException("delays must be positive and in order");
        }
    }

    /** What becomes of the delivery. */
    public sealed interface Decision {
        record Delivered() implements Decision {}

        record Retry(Duration delay, String reason) implements Decision {}

        record GiveUp(String reason) implements Decision {}
    }

    /**
     * @param attempts calls made, this one included
     * @param age since the event happened
     * @param chance from 0 to 1
     */
    public Decision decide(Outcome outcome, int attempts, Duration age, double chance) {
        return switch (outcome) {
            case Forbidden forbidden -> new Decision.GiveUp(forbidden.reason());
            case Unreached unreached -> retry(unreached.reason(), attempts, age, chance, Duration.ZERO);
            case Answered answered -> answered(answered, attempts, age, chance);
        };
    }

    private Decision answered(Answered answered, int attempts, Duration age, double chance) {
        int status = answered.status();
        if (status >= 200 && status < 300) {
            return new Decision.Delivered();
        }
        if (status == GONE) {
            return new Decision.GiveUp("answered 410: the receiver wants no more");
        }
        String reason = status >= 300 && status < 400
                ? "answered " + status + ": redirects are not followed"
                : "answered " + status;
        return retry(reason, attempts, age, chance, answered.retryAfter().orElse(Duration.ZERO));
    }

    private Decision retry(String reason, int attempts, Duration age, double chance, Duration asked) {
        if (age.compareTo(window) >= 0) {
            return new Decision.GiveUp(reason);
        }
        Duration wanted = jittered(backoff(attempts), chance);
        Duration delay = asked.compareTo(wanted) > 0 ? asked : wanted;
        return new Decision.Retry(delay.compareTo(maxDelay) < 0 ? delay : maxDelay, reason);
    }

    private Duration backoff(int attempts) {
        Duration delay = firstDelay;
        for (int i = 1; i < attempts && delay.compareTo(maxDelay) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(maxDelay) < 0 ? delay : maxDelay;
    }

    private static Duration jittered(Duration delay, double chance) {
        return Duration.ofNanos((long) (delay.toNanos() * (0.5 + chance / 2)));
    }
}
