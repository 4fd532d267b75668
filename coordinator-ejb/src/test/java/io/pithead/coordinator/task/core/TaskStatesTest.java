package io.pithead.coordinator.task.core;

import static io.pithead.protocol.task.ContainerState.COMPLETED;
import static io.pithead.protocol.task.ContainerState.FAILED;
import static io.pithead.protocol.task.ContainerState.PAUSED;
import static io.pithead.protocol.task.ContainerState.PENDING;
import static io.pithead.protocol.task.ContainerState.PULLING;
import static io.pithead.protocol.task.ContainerState.RESTARTING;
import static io.pithead.protocol.task.ContainerState.RUNNING;
import static io.pithead.protocol.task.ContainerState.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.task.ContainerState;
import io.pithead.protocol.task.TaskState;
import io.pithead.protocol.task.TaskView.Wanted;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskStatesTest {
    private static TaskState of(@Nullable Integer replicas, Map<ContainerState, Integer> counts) {
        return TaskStates.of(Wanted.RUN, replicas, counts);
    }

    @Test
    void a_task_is_what_its_nodes_are() {
        assertThat(of(null, Map.of())).isEqualTo(TaskState.PENDING);
        assertThat(of(2, Map.of(PENDING, 2))).isEqualTo(TaskState.PENDING);
        assertThat(of(2, Map.of(PULLING, 1, PENDING, 1))).isEqualTo(TaskState.PULLING);
        assertThat(of(2, Map.of(RUNNING, 1, PULLING, 1))).isEqualTo(TaskState.RUNNING);
        assertThat(of(2, Map.of(RESTARTING, 1, COMPLETED, 1))).isEqualTo(TaskState.RUNNING);
        assertThat(of(1, Map.of(PAUSED, 1))).isEqualTo(TaskState.PAUSED);
        assertThat(of(2, Map.of(COMPLETED, 2))).isEqualTo(TaskState.COMPLETED);
        assertThat(of(2, Map.of(COMPLETED, 1, FAILED, 1))).isEqualTo(TaskState.FAILED);
        assertThat(of(null, Map.of(COMPLETED, 1))).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void a_task_that_lacks_nodes_has_not_ended() {
        assertThat(of(3, Map.of(COMPLETED, 2))).isEqualTo(TaskState.PENDING);
    }

    @Test
    void a_stopped_task_ends_with_its_last_container() {
        assertThat(TaskStates.of(Wanted.STOP, 2, Map.of())).isEqualTo(TaskState.STOPPED);
        assertThat(TaskStates.of(Wanted.STOP, 2, Map.of(RUNNING, 1, STOPPED, 1)))
                .isEqualTo(TaskState.RUNNING);
        assertThat(TaskStates.of(Wanted.STOP, 2, Map.of(STOPPED, 1, COMPLETED, 1)))
                .isEqualTo(TaskState.STOPPED);
    }

    @Property
    void a_task_has_ended_only_when_all_its_nodes_have(
            @ForAll Wanted wanted,
            @ForAll @Size(max = 8) Map<ContainerState, @IntRange(min = 1, max = 5) Integer> counts) {
        if (TaskStates.of(wanted, null, counts).hasEnded()) {
            assertThat(counts.keySet()).allMatch(ContainerState::hasEnded);
        }
    }
}
