package io.pithead.coordinator.dispatch.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.UUID;

/** Decides how many jobs of which class to take for which kind of node. */
public final class ClaimPolicy {
    private ClaimPolicy() {}

    /** A class that has about {@code count} ready jobs; {@code priority} and {@code oldest} are those of its first one. */
    public record Demand(long classId, UUID account, int weight, int priority, UUID oldest, int count) {}

    /** Free slots of parked nodes of one shape. */
    public record Supply(int shape, int slots) {}

    /** Take up to {@code count} jobs of the class for nodes of the shape. */
    public record Grant(long classId, int shape, int count) {}

    /** Says whether nodes of a shape fit a class, and how gladly: lower ranks first, negative when they do not fit. */
    @FunctionalInterface
    public interface Fit {
        int rank(long classId, int shape);
    }

    /**
     * Accounts in the order of their passes, each one's classes by priority and then age, each class on the shapes that
     * have least to spare for others. Never grants more than there are slots or {@code maxJobs}.
     */
    public static List<Grant> plan(
            List<Demand> demands, List<Supply> supplies, Fit fit, FairShare shares, int maxJobs) {
        var free = new LinkedHashMap<Integer, Integer>();
        supplies.forEach(supply -> free.merge(supply.shape(), supply.slots(), Integer::sum));
        PriorityQueue<Turn> turns = turns(demands, shares);
        var grants = new HashMap<Map.Entry<Long, Integer>, Integer>();
        int left = Math.min(
                maxJobs, free.values().stream().mapToInt(Integer::intValue).sum());
        while (left > 0 && !turns.isEmpty()) {
            Turn turn = turns.poll();
            long pass = turn.pass;
            boolean isFirst = grants.isEmpty();
            int chunk = turns.isEmpty() ? left : 1;
            int given = turn.take(chunk, free, fit, grants);
            if (given > 0 && isFirst) {
                // not the lowest of all: who wants only what nobody here runs would hold the present back for ever
                shares.advanceTo(pass);
            }
            left -= given;
            if (given > 0) {
                turns.add(turn);
            }
        }
        return grants.entrySet().stream()
                .map(grant -> new Grant(grant.getKey().getKey(), grant.getKey().getValue(), grant.getValue()))
                .sorted(Comparator.comparingLong(Grant::classId).thenComparingInt(Grant::shape))
                .toList();
    }

    private static PriorityQueue<Turn> turns(List<Demand> demands, FairShare shares) {
        var byAccount = new LinkedHashMap<UUID, List<Demand>>();
        for (Demand demand : demands) {
            byAccount
                    .computeIfAbsent(demand.account(), account -> new ArrayList<>())
                    .add(demand);
        }
        var turns = new PriorityQueue<Turn>(
                Comparator.comparingLong((Turn turn) -> turn.pass).thenComparing(turn -> turn.account));
        byAccount.forEach((account, own) -> {
            own.sort(Comparator.comparingInt(Demand::priority)
                    .reversed()
                    .thenComparing(Demand::oldest)
                    .thenComparingLong(Demand::classId));
            turns.add(new Turn(account, own, shares.pass(account)));
        });
        return turns;
    }

    /** One account while it is being served. */
    private static final class Turn {
        private final UUID account;
        private final List<Demand> demands;
        private final int[] remaining;
        private long pass;

        Turn(UUID account, List<Demand> demands, long pass) {
            this.account = account;
            this.demands = demands;
            this.remaining = demands.stream().mapToInt(Demand::count).toArray();
            this.pass = pass;
        }

        int take(int chunk, Map<Integer, Integer> free, Fit fit, Map<Map.Entry<Long, Integer>, Integer> grants) {
            int given = 0;
            for (int i = 0; i < demands.size() && given < chunk; i++) {
                Demand demand = demands.get(i);
                while (given < chunk && remaining[i] > 0) {
                    int shape = bestShape(demand.classId(), free, fit);
                    if (shape < 0) {
                        break;
                    }
                    int count = Math.min(Math.min(chunk - given, remaining[i]), free.getOrDefault(shape, 0));
                    free.merge(shape, -count, Integer::sum);
                    grants.merge(Map.entry(demand.classId(), shape), count, Integer::sum);
                    remaining[i] -= count;
                    given += count;
                    pass += FairShare.UNIT / demand.weight() * count;
                }
            }
            return given;
        }

        private static int bestShape(long classId, Map<Integer, Integer> free, Fit fit) {
            int best = -1;
            int bestRank = Integer.MAX_VALUE;
            for (var shape : free.entrySet()) {
                if (shape.getValue() > 0) {
                    int rank = fit.rank(classId, shape.getKey());
                    if (rank >= 0 && rank < bestRank) {
                        best = shape.getKey();
                        bestRank = rank;
                    }
                }
            }
            return best;
        }
    }

    /** How much a node has to spare that the job does not need: a plain job goes to the plainest node. */
    public static int spare(JobNeed need, NodeShape node) {
        int spare = 0;
        if (node.gpu() && !need.gpu()) {
            spare += 1_000;
        }
        spare += Math.min(node.models().size(), 100);
        spare += Math.min(node.workloads().size(), 100);
        return spare;
    }
}
