package io.pithead.coordinator.webhook.core;

import java.time.Duration;
import java.util.Optional;

/** How one call ended. */
public sealed interface Outcome {
    /** The other side answered; {@code retryAfter}: when it said it wants to be asked again. */
    record Answered(int status, Optional<Duration> retryAfter) implements Outcome {}

    /** No answer: not reached, too slow, a wrong certificate. */
    record Unreached(String reason) implements Outcome {}

    /** Not even tried, and never will be: the URL itself is not allowed. */
    record Forbidden(String reason) implements Outcome {}
}
