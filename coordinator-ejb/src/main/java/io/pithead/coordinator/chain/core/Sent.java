package io.pithead.coordinator.chain.core;

import java.time.Duration;
import java.util.Optional;

/**
 * What is done about a signed transaction that is in no block.
 *
 * @param sentAgo since its newest bytes were last handed to a node; nothing when they never were, as after a crash between
 *     signing and sending
 */
public record Sent(long nonce, Optional<Duration> sentAgo) {
    /** What follows. */
    public enum Step {
        /** The same bytes again: the chain takes them once, however often they are sent. */
        SEND,
        /** Its nonce is used: by one of its attempts, if all is well. */
        LOOK,
        WAIT
    }

    /** @param latest how many of the key's transactions the node counts in blocks */
    public Step step(long latest, Duration again) {
        if (nonce < latest) {
            return Step.LOOK;
        }
        return sentAgo.isEmpty() || sentAgo.get().compareTo(again) >= 0 ? Step.SEND : Step.WAIT;
    }
}
