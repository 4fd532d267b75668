package io.pithead.coordinator.dispatch;

import io.pithead.coordinator.job.ReadyJobs.Ready;
import io.pithead.coordinator.job.core.ReadyHead;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The classes believed to have ready jobs, and about how many. Confined to the claimer's thread. */
final class ReadyClasses {
    /** Beyond this many, classes wait for the next look at the database. */
    private static final int MAX_CLASSES = 20_000;
    /** How many jobs a class is taken to have when only its first one was seen. */
    static final int UNKNOWN_COUNT = 500;

    private final Map<Long, Ready> heads = new HashMap<>();
    /** Classes that nobody has looked at since they were named. */
    private final Set<Long> fresh = new HashSet<>();

    /** Somebody said that jobs of this class became ready. */
    void add(Ready ready) {
        if (heads.size() < MAX_CLASSES || heads.containsKey(ready.classId())) {
            heads.merge(ready.classId(), ready, ReadyClasses::merge);
            fresh.add(ready.classId());
        }
    }

    /** Somebody said that a class may have ready jobs. */
    void suspect(Collection<Long> classIds) {
        classIds.forEach(id -> add(new Ready(id, UNKNOWN_COUNT, 0, ReadyHead.UNKNOWN)));
    }

    /** What the database shows for the classes in a range of ids: the others in that range have nothing. */
    void replace(Collection<Ready> seen, long afterId, long uptoId) {
        heads.keySet().removeIf(id -> id > afterId && id <= uptoId);
        seen.forEach(this::add);
    }

    /** A claim of {@code wanted} jobs found {@code taken}: fewer means that there are no more. */
    void claimed(long classId, int wanted, int taken) {
        heads.computeIfPresent(classId, (id, head) -> {
            int left = head.count() - taken;
            boolean exhausted = taken < wanted || left <= 0;
            return exhausted ? null : new Ready(id, left, head.priority(), head.first());
        });
    }

    /** The ids that were named since the last call. */
    Set<Long> fresh() {
        Set<Long> taken = Set.copyOf(fresh);
        fresh.clear();
        return taken;
    }

    /** Takes a class out: somebody else looks after it. */
    Optional<Ready> remove(long classId) {
        return Optional.ofNullable(heads.remove(classId));
    }

    Collection<Ready> heads() {
        return heads.values();
    }

    void retain(Set<Long> known) {
        heads.keySet().retainAll(known);
    }

    private static Ready merge(Ready a, Ready b) {
        Ready first = a.priority() >= b.priority() ? a : b;
        int count = Math.max(1, a.count() + b.count());
        return new Ready(a.classId(), Math.min(count, Integer.MAX_VALUE / 2), first.priority(), first.first());
    }
}
