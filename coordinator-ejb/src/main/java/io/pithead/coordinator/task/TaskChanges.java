package io.pithead.coordinator.task;

import io.pithead.protocol.job.JobState;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** What may have changed since the last round: hints that spare it a look at everything. Lost ones cost a sweep's time. */
@ApplicationScoped
public class TaskChanges {
    private static final int MAX_NOTED = 20_000;

    private final Set<UUID> tasks = ConcurrentHashMap.newKeySet();
    private final Set<UUID> jobs = ConcurrentHashMap.newKeySet();
    private volatile boolean anyContainers = true;

    void touched(UUID task) {
        note(tasks, task);
    }

    /** Told of every job; where there are no containers none is worth a note. */
    void moved(UUID job, JobState state) {
        if (anyContainers && (state.isTerminal() || state == JobState.QUEUED)) {
            note(jobs, job);
        }
    }

    void anyContainers(boolean any) {
        anyContainers = any;
    }

    private static void note(Set<UUID> notes, UUID id) {
        if (notes.size() < MAX_NOTED) {
            notes.add(id);
        }
    }

    Set<UUID> takeTasks() {
        return take(tasks);
    }

    Set<UUID> takeJobs() {
        return take(jobs);
    }

    private static Set<UUID> take(Set<UUID> notes) {
        Set<UUID> taken = Set.copyOf(notes);
        notes.removeAll(taken);
        return taken;
    }
}
