package io.pithead.coordinator.dispatch;

import io.pithead.coordinator.node.Node;
import io.pithead.protocol.job.JobOffer;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A miner that waits for work. Owned by the claimer; the answer completes on another thread. */
final class Poll {
    final Node node;
    final UUID key;
    final int slots;
    final long deadlineNanos;
    final CompletableFuture<List<JobOffer>> answer;
    /** The number of its node's shape, given by the claimer. */
    int shape;
    /** Answered, replaced or gone: skipped where it still stands in a queue. */
    boolean done;
    /** Stands in the line of its shape, so its slots are on offer. */
    boolean inLine;
    /** Where it stands there, and in which part of it; fixed while it does. */
    double place;

    boolean newcomer;
    long arrival;

    Poll(Node node, UUID key, int slots, long deadlineNanos, CompletableFuture<List<JobOffer>> answer) {
        this.node = node;
        this.key = key;
        this.slots = slots;
        this.deadlineNanos = deadlineNanos;
        this.answer = answer;
    }

    /** The same wait, of a node that is another now. */
    Poll by(Node changed) {
        return new Poll(changed, key, slots, deadlineNanos, answer);
    }
}
