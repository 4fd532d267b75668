package io.pithead.coordinator.dispatch;

import io.pithead.coordinator.dispatch.core.ClaimPolicy;
import io.pithead.coordinator.dispatch.core.Eligibility;
import io.pithead.coordinator.dispatch.core.JobNeed;
import io.pithead.coordinator.dispatch.core.NodeShape;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Numbers for distinct shapes, and how each class ranks on each: decided once per pair. */
final class Shapes {
    private static final int MAX_RANKS = 200_000;

    private final Map<NodeShape, Integer> numbers = new ConcurrentHashMap<>();
    private final Map<Integer, NodeShape> shapes = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();
    /** Confined to the claimer's thread. */
    private final Map<Long, Map<Integer, Integer>> ranks = new HashMap<>();

    private int rankCount;

    int number(NodeShape shape) {
        return numbers.computeIfAbsent(shape, fresh -> {
            int number = next.incrementAndGet();
            shapes.put(number, fresh);
            return number;
        });
    }

    int rank(long classId, JobNeed need, int shape) {
        if (rankCount > MAX_RANKS) {
            ranks.clear();
            rankCount = 0;
        }
        return ranks.computeIfAbsent(classId, id -> new HashMap<>()).computeIfAbsent(shape, number -> {
            rankCount++;
            NodeShape node = shapes.get(number);
            return node != null && Eligibility.fits(need, node) ? ClaimPolicy.spare(need, node) : -1;
        });
    }
}
