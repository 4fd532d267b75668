package io.pithead.coordinator.chain.core;

import java.util.OptionalLong;

/**
 * Which nonce a key's next transaction has. The rows are the truth: a node is asked once in a key's life where it stands, and
 * ever after only whether it agrees. No answer of a node makes a nonce be given twice or left out.
 */
public final class NoncePolicy {
    private NoncePolicy() {}

    /**
     * What is written down.
     *
     * @param next the nonce to be given next; nothing before the key's first use
     * @param settled how many of the key's transactions are final, as was seen once: no honest node counts fewer
     */
    public record Known(OptionalLong next, long settled) {
        public Known {
            if (settled < 0 || (next.isPresent() && next.getAsLong() < settled)) {
                throw new IllegalArgumentException("settled " + settled + " of " + next);
            }
        }
    }

    /** How many transactions of the key a node counts: in blocks, and with those that wait. */
    public record Counts(long latest, long pending) {}

    /** What follows. */
    public sealed interface Decision {
        /** The key was never used from here: begin at this nonce. */
        record Begin(long nonce) implements Decision {}

        /** Give {@code next}; transactions from {@code latest} on are in no block yet. */
        record Go(long next, long latest) implements Decision {}

        /** This node is behind or lies: another one may know better. */
        record Distrust(String reason) implements Decision {}

        /** Somebody else uses the key, or a node lies: nothing new is signed until the node agrees again. */
        record Foreign(String reason) implements Decision {}
    }

    public static Decision decide(Known known, Counts counts) {
        if (counts.latest() < 0 || counts.pending() < counts.latest()) {
            return new Decision.Distrust("the node counts " + counts.latest() + " transactions in blocks and "
                    + counts.pending() + " with those that wait");
        }
        if (counts.latest() < known.settled()) {
            return new Decision.Distrust("the node counts " + counts.latest() + " transactions of the key, "
                    + known.settled() + " are final");
        }
        if (known.next().isEmpty()) {
            return begin(counts);
        }
        long next = known.next().getAsLong();
        if (counts.pending() > next) {
            return new Decision.Foreign("the node counts " + counts.pending() + " transactions of the key, " + next
                    + " were signed here: does somebody else use the key?");
        }
        return new Decision.Go(next, counts.latest());
    }

    private static Decision begin(Counts counts) {
        return counts.pending() == counts.latest()
                ? new Decision.Begin(counts.latest())
                : new Decision.Foreign("a transaction of the key waits that was not signed here");
    }
}
