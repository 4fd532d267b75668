package io.pithead.coordinator.idempotency;

/** What became of the attempt to claim a key. */
public sealed interface Claim {
    /** This request is the first: do the work, then store or release. */
    record Claimed(ClaimedTicket ticket) implements Claim {}

    /** It was answered before. */
    record Answered(int status, byte[] body) implements Claim {}

    /** The first one is still running. */
    record Running() implements Claim {}

    /** The key belongs to another request. */
    record Mismatch() implements Claim {}
}
