package io.pithead.coordinator.task;

import io.pithead.coordinator.job.core.JobPlan;
import io.pithead.coordinator.task.core.Variables;
import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.job.JobRequest;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.task.ContainerSpec;
import io.pithead.protocol.task.PullPolicy;
import io.pithead.protocol.task.Resources;
import io.pithead.protocol.task.RestartPolicy;
import io.pithead.protocol.task.TaskRequest;
import io.pithead.protocol.task.VolumeMount;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes the job of a task on one node: every variable gets its value here, once. */
final class ContainerPlan {
    private ContainerPlan() {}

    /** A node's place in its group; {@code next} is the address of its neighbour in the ring. */
    record Place(UUID group, int index, int size, String next) {}

    static JobPlan of(TaskRow task, UUID node, @Nullable Place place, int maxAttempts, Instant now) {
        TaskRequest asked = task.request();
        Resources resources = asked.resources() == null ? Resources.NONE : asked.resources();
        long maxRuntimeS = asked.maxRuntimeS() == null ? TaskRequest.MAX_RUNTIME_S : asked.maxRuntimeS();
        // a metered container is paid by its meter, not by its receipt
        BigInteger price = asked.metered() == null ? task.price() : BigInteger.ZERO;
        var request = new JobRequest(
                JobOffer.CONTAINER,
                null,
                Json.toTree(spec(task, node, place, now)),
                null,
                new JobLimits(resources.vramMb(), resources.ramMb(), null, null),
                null,
                Money.format(price),
                null,
                asked.deadline(),
                null,
                null,
                null,
                asked.priority(),
                asked.run(),
                null);
        return JobPlan.container(
                task.id(), node, request, price, task.price(), maxAttempts, Math.toIntExact(maxRuntimeS));
    }

    private static ContainerSpec spec(TaskRow task, UUID node, @Nullable Place place, Instant now) {
        TaskRequest asked = task.request();
        var plain = new Variables(Map.of(
                "TASK_ID", task.id().toString(),
                "NODE_ADDRESS", node.toString(),
                "TIMESTAMP", Long.toString(now.getEpochSecond())));
        Variables variables = place == null ? plain : plain.inGroup(place.group, place.index, place.size, place.next);
        var env = new HashMap<String, String>();
        if (place != null) {
            env.put("GROUP_INDEX", Integer.toString(place.index));
        }
        env.putAll(variables.in(asked.envVars() == null ? Map.of() : asked.envVars()));
        Map<String, String> labels =
                asked.metadata() == null || asked.metadata().labels() == null
                        ? Map.of()
                        : asked.metadata().labels();
        return new ContainerSpec(
                task.id(),
                task.account(),
                asked.name(),
                asked.image(),
                asked.pullPolicy() == null ? PullPolicy.IF_NOT_PRESENT : asked.pullPolicy(),
                variables.in(orEmpty(asked.entrypoint())),
                variables.in(orEmpty(asked.cmd())),
                env,
                labels,
                orEmpty(asked.volumeMounts()).stream()
                        .map(mount -> new VolumeMount(
                                variables.in(mount.hostPath()), variables.in(mount.containerPath()), mount.readOnly()))
                        .toList(),
                orEmpty(asked.ports()),
                asked.resources() == null ? Resources.NONE : asked.resources(),
                asked.restart() == null ? RestartPolicy.NEVER : asked.restart(),
                null);
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
