package io.pithead.coordinator.dispatch.core;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Stride scheduling (Waldspurger and Weihl, 1995) between accounts: each has a pass that grows by stride = unit / weight
 * with every job it is given, and the account with the lowest pass goes next. Who comes back after a pause starts at the
 * present, so that nobody saves up a burst. Confined to one thread.
 */
public final class FairShare {
    /** Divisible by every weight up to 10, so that small weights share exactly. */
    static final long UNIT = 2_520_000L;
    /** Accounts remembered; the ones furthest behind the present carry no information and go first. */
    static final int MAX_ACCOUNTS = 10_000;

    private final Map<UUID, Long> passes = new HashMap<>();
    private long present;

    /** Where an account stands: its own pass, or the present when it has been away. */
    public long pass(UUID account) {
        return Math.max(passes.getOrDefault(account, present), present);
    }

    /** The account was given this many jobs. */
    public void charge(UUID account, int weight, int jobs) {
        passes.put(account, pass(account) + UNIT / weight * jobs);
    }

    /** The lowest pass among those who can be given something now: nobody is served before it any more. */
    public void advanceTo(long lowestServed) {
        present = Math.max(present, lowestServed);
        if (passes.size() > MAX_ACCOUNTS) {
            passes.values().removeIf(pass -> pass <= present);
        }
    }
}
