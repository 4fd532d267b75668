package io.pithead.coordinator.dispatch;

import io.pithead.coordinator.job.ReadyJobs.Ready;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Ready classes that name their node. They are found by the node, so a thousand that wait for absent nodes cost a claim
 * nothing. Confined to the claimer's thread.
 */
final class Targeted {
    /** Beyond this many, classes wait for the next look at the database. */
    private static final int MAX_CLASSES = 100_000;

    private final Map<UUID, Map<Long, Ready>> byNode = new HashMap<>();
    private final Map<Long, UUID> nodes = new HashMap<>();
    /** Nodes that have become worth a look since the last one. */
    private final Set<UUID> stirred = new HashSet<>();

    void add(UUID node, Ready ready) {
        if (nodes.size() >= MAX_CLASSES && !nodes.containsKey(ready.classId())) {
            return;
        }
        byNode.computeIfAbsent(node, id -> new HashMap<>()).put(ready.classId(), ready);
        nodes.put(ready.classId(), node);
        stirred.add(node);
    }

    /** A poll of this node has come, or has slots again. */
    void stir(UUID node) {
        if (byNode.containsKey(node)) {
            stirred.add(node);
        }
    }

    Set<UUID> stirred() {
        Set<UUID> taken = Set.copyOf(stirred);
        stirred.clear();
        return taken;
    }

    /** First what goes first. */
    List<Ready> of(UUID node) {
        return byNode.getOrDefault(node, Map.of()).values().stream()
                .sorted((a, b) -> a.priority() != b.priority()
                        ? Integer.compare(b.priority(), a.priority())
                        : a.first().compareTo(b.first()))
                .toList();
    }

    /** A claim of {@code wanted} jobs found {@code taken}: fewer means that there are no more. */
    void claimed(long classId, int wanted, int taken) {
        UUID node = nodes.get(classId);
        if (node == null) {
            return;
        }
        byNode.computeIfPresent(node, (id, classes) -> {
            classes.computeIfPresent(classId, (same, ready) -> {
                int left = ready.count() - taken;
                return taken < wanted || left <= 0 ? null : new Ready(classId, left, ready.priority(), ready.first());
            });
            if (!classes.containsKey(classId)) {
                nodes.remove(classId);
            }
            return classes.isEmpty() ? null : classes;
        });
    }

    /** What the database shows for a range of ids comes anew. */
    void forget(long afterId, long uptoId) {
        List<Long> gone = nodes.keySet().stream()
                .filter(id -> id > afterId && id <= uptoId)
                .toList();
        gone.forEach(id -> claimed(id, 1, 0));
    }
}
