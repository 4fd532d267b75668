package io.pithead.protocol.queue;

import java.util.List;

/** {@code GET /v1/admin/queues}. */
public record Queues(List<Queue> queues, Outbox outbox, Webhooks webhooks) {
    public Queues {
        queues = List.copyOf(queues);
    }

    /** One queue of the broker, and the letters it could not deliver. */
    public record Queue(String name, long depth, int consumers, long dead) {}

    /** Messages that wait for the broker. */
    public record Outbox(long size, double oldestSeconds) {}

    /** Calls of webhooks that wait or were given up. */
    public record Webhooks(long pending, long dead) {}
}
