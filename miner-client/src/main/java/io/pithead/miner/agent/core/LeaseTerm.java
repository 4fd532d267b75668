package io.pithead.miner.agent.core;

import java.time.Duration;
import java.time.Instant;

/** How long a lease lasts, when it was last renewed, and until when its holder may rely on it. */
public record LeaseTerm(Duration ttl, Instant renewedAt, Instant trustedUntil) {
    static final Duration MAX_MARGIN = Duration.ofSeconds(10);
    private static final int MARGIN_PART = 6;
    private static final int RENEWAL_PART = 3;
    private static final Duration LEAST_RENEWAL = Duration.ofSeconds(1);

    /** @param expires on our clock, never later than it truly is */
    public static LeaseTerm granted(Instant received, Instant expires) {
        Duration ttl = expires.isAfter(received) ? Duration.between(received, expires) : Duration.ZERO;
        return new LeaseTerm(ttl, received, expires.minus(margin(ttl)));
    }

    /** After a renewal that named its new expiry. A late answer never takes back what a newer one gave. */
    public LeaseTerm renewed(Instant sent, Instant expires) {
        Duration given = expires.isAfter(sent) ? Duration.between(sent, expires) : Duration.ZERO;
        return new LeaseTerm(ttl, latest(renewedAt, sent), latest(trustedUntil, expires.minus(margin(given))));
    }

    /** After a heartbeat that listed the lease: it is renewed for its length, counted from the sending. */
    public LeaseTerm beaten(Instant sent) {
        return renewed(sent, sent.plus(ttl));
    }

    public boolean isTrusted(Instant now) {
        return now.isBefore(trustedUntil);
    }

    /** A third of the lease leaves two more tries before it runs out. */
    public Instant renewalDue() {
        Duration third = ttl.dividedBy(RENEWAL_PART);
        return renewedAt.plus(third.compareTo(LEAST_RENEWAL) < 0 ? LEAST_RENEWAL : third);
    }

    static Duration margin(Duration ttl) {
        Duration part = ttl.dividedBy(MARGIN_PART);
        return part.compareTo(MAX_MARGIN) < 0 ? part : MAX_MARGIN;
    }

    private static Instant latest(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
