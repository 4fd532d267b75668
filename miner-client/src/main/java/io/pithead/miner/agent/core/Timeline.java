package io.pithead.miner.agent.core;

import java.time.Duration;
import java.time.Instant;

/**
 * Ties the coordinator's clock to ours by one answer: a request sent at {@code sent} was stamped {@code server}. The
 * stamp was made after the sending, so a time of the coordinator's is never placed later than it truly comes.
 */
public record Timeline(Instant sent, Instant server) {
    /** Nothing in the protocol reaches further; a time beyond it is a broken clock or a hostile answer. */
    static final Duration HORIZON = Duration.ofDays(400);

    public Instant local(Instant serverTime) {
        return sent.plus(bounded(server, serverTime));
    }

    public Instant server(Instant localTime) {
        return server.plus(bounded(sent, localTime));
    }

    private static Duration bounded(Instant from, Instant to) {
        if (to.isAfter(from.plus(HORIZON))) {
            return HORIZON;
        }
        if (to.isBefore(from.minus(HORIZON))) {
            return HORIZON.negated();
        }
        return Duration.between(from, to);
    }
}
