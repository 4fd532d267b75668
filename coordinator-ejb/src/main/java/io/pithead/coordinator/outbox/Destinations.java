package io.pithead.coordinator.outbox;

import java.util.List;

/** Every address this application knows of. */
public final class Destinations {
    /** Multicast, one non-durable queue per instance: work became ready. */
    public static final String DISPATCH = "dispatch";

    /** Challenge jobs to prepare or judge. */
    public static final String CHALLENGE = "challenge";

    /** Results to verify. */
    public static final String VERIFY = "verify";

    /** Transactions to send. */
    public static final String CHAIN = "chain";

    public static final String SETTLEMENT = "settlement";
    public static final String WEBHOOK = "webhook";

    /** The durable ones, which the outbox feeds and which have dead letters. */
    public static final List<String> QUEUES = List.of(CHALLENGE, VERIFY, CHAIN, SETTLEMENT, WEBHOOK);

    private static final String DEAD_LETTERS = "DLQ.";

    private Destinations() {}

    public static String deadLettersOf(String queue) {
        return DEAD_LETTERS + queue;
    }
}
