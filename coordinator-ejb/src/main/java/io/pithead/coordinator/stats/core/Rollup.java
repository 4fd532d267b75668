package io.pithead.coordinator.stats.core;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What was in a stretch of time. Those of two stretches add up.
 *
 * @param at when it begins
 * @param failed those that expired too
 * @param waits of jobs that completed, from the submission to the lease that led to it
 * @param runs of the same, from that lease to the end
 * @param looks how it stood at each look
 */
public record Rollup(
        Instant at,
        long submitted,
        long completed,
        long failed,
        long canceled,
        Histogram waits,
        Histogram runs,
        BigInteger paid,
        BigInteger withdrawn,
        Looks looks) {
    /**
     * Sums over so many looks, the most that waited at one, and the longest wait.
     *
     * @param count none while no instance ran
     */
    public record Looks(
            int count,
            long queued,
            long queuedMost,
            long oldestS,
            long online,
            long offline,
            long draining,
            long banned) {
        public static final Looks NONE = new Looks(0, 0, 0, 0, 0, 0, 0, 0);

        Looks plus(Looks other) {
            return new Looks(
                    count + other.count,
                    queued + other.queued,
                    Math.max(queuedMost, other.queuedMost),
                    Math.max(oldestS, other.oldestS),
                    online + other.online,
                    offline + other.offline,
                    draining + other.draining,
                    banned + other.banned);
        }
    }

    /** Both, as of the one that begins here. */
    public Rollup plus(Rollup other) {
        return new Rollup(
                at,
                submitted + other.submitted,
                completed + other.completed,
                failed + other.failed,
                canceled + other.canceled,
                waits.plus(other.waits),
                runs.plus(other.runs),
                paid.add(other.paid),
                withdrawn.add(other.withdrawn),
                looks.plus(other.looks));
    }

    private Rollup at(Instant beginning) {
        return new Rollup(beginning, submitted, completed, failed, canceled, waits, runs, paid, withdrawn, looks);
    }

    /** Fewer and longer ones; where there was none there is none. Each begins at a multiple of the length since 1970. */
    public static List<Rollup> merge(List<Rollup> inOrder, Duration length) {
        var merged = new ArrayList<Rollup>();
        for (Rollup one : inOrder) {
            Instant beginning = Step.floor(one.at(), length);
            if (!merged.isEmpty() && merged.getLast().at().equals(beginning)) {
                merged.set(merged.size() - 1, merged.getLast().plus(one));
            } else {
                merged.add(one.at(beginning));
            }
        }
        return merged;
    }
}
