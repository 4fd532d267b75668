package io.pithead.coordinator.dispatch;

import io.pithead.coordinator.dispatch.core.ClaimPolicy;
import io.pithead.coordinator.dispatch.core.Eligibility;
import io.pithead.coordinator.dispatch.core.JobNeed;
import io.pithead.coordinator.dispatch.core.NodeShape;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Numbers for distinct shapes, and how each class ranks on each: decided once per pair. Confined to the claimer's thread. A
 * miner may register with ever new shapes, so those that nobody waits with are forgotten from time to time.
 */
final class Shapes {
    private static final int MIN_KEPT = 10_000;
    private static final int MAX_RANKS = 200_000;

    private final Map<NodeShape, Integer> numbers = new HashMap<>();
    private final Map<Integer, NodeShape> shapes = new HashMap<>();
    private final Map<Long, Map<Integer, Integer>> ranks = new HashMap<>();
    private int last;
    private int rankCount;
    private int trimAt = MIN_KEPT;

    /** Numbers the shape of a poll that has come. */
    void assign(Poll poll, ParkedPolls waiting) {
        if (numbers.size() >= trimAt) {
            retain(waiting.shapes());
            trimAt = Math.max(MIN_KEPT, 2 * numbers.size());
        }
        poll.shape = numbers.computeIfAbsent(poll.node.shape(), fresh -> {
            shapes.put(++last, fresh);
            return last;
        });
    }

    int rank(long classId, JobNeed need, int shape) {
        if (rankCount > MAX_RANKS) {
            forgetRanks();
        }
        return ranks.computeIfAbsent(classId, id -> new HashMap<>()).computeIfAbsent(shape, number -> {
            rankCount++;
            NodeShape node = shapes.get(number);
            return node != null && Eligibility.fits(need, node) ? ClaimPolicy.spare(need, node) : -1;
        });
    }

    int size() {
        return numbers.size();
    }

    private void retain(Set<Integer> live) {
        shapes.keySet().retainAll(live);
        numbers.values().retainAll(live);
        forgetRanks();
    }

    private void forgetRanks() {
        ranks.clear();
        rankCount = 0;
    }
}
