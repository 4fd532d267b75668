package io.pithead.coordinator.verify.core;

import java.time.Duration;
import java.util.UUID;

/**
 * How often a node's work is done twice: always until its streak is long enough, then with probability 1 in the streak's
 * length (BOINC's rule), never less than a floor. The streak is kept for each node, workload and version; only what was
 * judged counts (two providers agreed, a canary, a referee): work that nobody looked at earns no trust.
 */
public final class Adaptive {
    private Adaptive() {}

    /**
     * @param trustedAfter valid results in a row
     * @param floor the least probability, which bounds how often anybody gets away with something
     * @param newcomerShare of all jobs, that may be given to nodes that are not trusted yet
     * @param newcomerHeld jobs that such a node may have at once
     * @param newcomerWait after which a job goes to whoever takes it: a network of newcomers only must start, too
     */
    public record Policy(
            int trustedAfter, double floor, double newcomerShare, int newcomerHeld, Duration newcomerWait) {
        public static final Policy DEFAULT = new Policy(10, 0.01, 0.1, 2, Duration.ofSeconds(30));

        public Policy {
            if (trustedAfter < 1 || newcomerHeld < 1 || newcomerWait.isNegative()) {
                throw new IllegalArgumentException("counts are positive and times not negative");
            }
            if (!(0 <= floor && floor <= 1) || !(0 <= newcomerShare && newcomerShare <= 1)) {
                throw new IllegalArgumentException("shares are from 0 to 1");
            }
        }
    }

    /** @param valid results in a row that were judged valid */
    public record Streak(int valid) {
        public static final Streak NEW = new Streak(0);

        public Streak {
            if (valid < 0) {
                throw new IllegalArgumentException("a streak of " + valid);
            }
        }

        public Streak afterValid() {
            return valid == Integer.MAX_VALUE ? this : new Streak(valid + 1);
        }

        /** An answer that was judged wrong. */
        public Streak afterFailure() {
            return NEW;
        }

        /**
         * A lease that was lost or a job given up: half of it is gone. It says nothing about answers; a whole reset would keep honest nodes
         * on lines that fail once in a while at the beginning for ever (docs/adr/0017).
         */
        public Streak afterLost() {
            return new Streak(valid / 2);
        }

        public boolean isTrusted(Policy policy) {
            return valid >= policy.trustedAfter();
        }
    }

    /** The probability that a job of such a node is replicated. */
    public static double chance(Streak streak, Policy policy) {
        return streak.isTrusted(policy) ? Math.max(1.0 / streak.valid(), policy.floor()) : 1;
    }

    /** Whether a job is replicated, when its first replica is at a node with this streak; asked as often as one likes. */
    public static boolean replicates(Streak streak, UUID job, Draw draw, Policy policy) {
        return draw.fraction(Draw.Purpose.REPLICATE, job, 0) < chance(streak, policy);
    }

    /** Whether a node with this streak may be given a job that waited so long. */
    public static boolean mayTake(Streak streak, int held, UUID job, Duration waited, Draw draw, Policy policy) {
        if (streak.isTrusted(policy)) {
            return true;
        }
        if (held >= policy.newcomerHeld()) {
            return false;
        }
        return waited.compareTo(policy.newcomerWait()) >= 0
                || draw.fraction(Draw.Purpose.NEWCOMER, job, 0) < policy.newcomerShare();
    }
}
