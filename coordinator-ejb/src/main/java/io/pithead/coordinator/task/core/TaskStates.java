package io.pithead.coordinator.task.core;

import io.pithead.protocol.task.ContainerState;
import io.pithead.protocol.task.TaskState;
import io.pithead.protocol.task.TaskView.Wanted;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the states of its nodes make of a task. */
public final class TaskStates {
    private TaskStates() {}

    /** Of a task whose places are single nodes. */
    public static TaskState of(Wanted wanted, @Nullable Integer replicas, Map<ContainerState, Integer> counts) {
        return of(
                wanted,
                replicas,
                counts.values().stream().mapToInt(Integer::intValue).sum(),
                counts);
    }

    /**
     * @param places what was placed of {@code replicas}: nodes, or groups of them
     * @param counts nodes by state, without those the task was moved away from
     * @param replicas places wanted; null is as many as can be
     */
    public static TaskState of(
            Wanted wanted, @Nullable Integer replicas, int places, Map<ContainerState, Integer> counts) {
        int placed = counts.values().stream().mapToInt(Integer::intValue).sum();
        int ended = count(counts, ContainerState.COMPLETED)
                + count(counts, ContainerState.FAILED)
                + count(counts, ContainerState.STOPPED);
        boolean allEnded = placed == ended;
        if (wanted == Wanted.STOP && allEnded) {
            return TaskState.STOPPED;
        }
        if (allEnded && placed > 0 && places >= (replicas == null ? 1 : replicas)) {
            return ended(counts);
        }
        if (count(counts, ContainerState.RUNNING) + count(counts, ContainerState.RESTARTING) > 0) {
            return TaskState.RUNNING;
        }
        if (count(counts, ContainerState.PAUSED) > 0) {
            return TaskState.PAUSED;
        }
        if (count(counts, ContainerState.PULLING) > 0) {
            return TaskState.PULLING;
        }
        return TaskState.PENDING;
    }

    private static TaskState ended(Map<ContainerState, Integer> counts) {
        if (count(counts, ContainerState.FAILED) > 0) {
            return TaskState.FAILED;
        }
        return count(counts, ContainerState.COMPLETED) > 0 ? TaskState.COMPLETED : TaskState.STOPPED;
    }

    private static int count(Map<ContainerState, Integer> counts, ContainerState state) {
        return counts.getOrDefault(state, 0);
    }
}
