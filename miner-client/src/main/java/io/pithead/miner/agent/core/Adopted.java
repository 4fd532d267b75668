package io.pithead.miner.agent.core;

import java.time.Duration;
import java.time.Instant;

/**
 * A container that an earlier run of the miner left.
 *
 * @param ttl the lease's length
 * @param expires when it was to run out, as far as was known
 */
public record Adopted(Attempt attempt, Duration ttl, Instant expires) {
    /** The coordinator is asked before a container is given up, even if its lease seems to be over: only it knows. */
    static final Duration LEAST = Duration.ofMinutes(1);

    LeaseTerm term(Instant now) {
        Instant least = now.plus(LEAST);
        Instant most = now.plus(ttl);
        Instant until = expires.minus(LeaseTerm.margin(ttl));
        Instant bounded = until.isAfter(most) ? most : until;
        return new LeaseTerm(ttl, now, bounded.isBefore(least) ? least : bounded);
    }
}
