package io.pithead.coordinator.verify.core;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** How fast replicas of one job were, compared with each other: the same work, so nothing else differs. */
public final class Pace {
    private Pace() {}

    /**
     * For each the median time of the others, divided by its own: 2 is twice as fast.
     *
     * @param times from the lease to the answer; of one that is alone nothing is said
     */
    public static Map<UUID, Double> faster(Map<UUID, Duration> times) {
        var faster = new HashMap<UUID, Double>();
        times.forEach((job, own) -> {
            List<Long> others = times.entrySet().stream()
                    .filter(other -> !other.getKey().equals(job))
                    .map(other -> Math.max(1, other.getValue().toMillis()))
                    .sorted()
                    .toList();
            if (!others.isEmpty()) {
                int middle = others.size() / 2;
                double median = others.size() % 2 == 1
                        ? others.get(middle)
                        : (others.get(middle - 1) + others.get(middle)) / 2.0;
                faster.put(job, median / Math.max(1, own.toMillis()));
            }
        });
        return faster;
    }
}
