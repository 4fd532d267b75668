package io.pithead.protocol.task;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The container of one job, resolved at placement: all variables but {@code ${SOCKET_PATH}}, which only the node knows, have
 * their values. It never changes, so nothing but an order ever replaces a container that runs.
 *
 * @param task whose container it is; its {@code /data} outlives the container
 * @param buyer the account; {@code /shared} is common to its tasks on a node and to nobody else's
 * @param secrets only in the offer to the holder of the lease
 */
public record ContainerSpec(
        UUID task,
        UUID buyer,
        String name,
        String image,
        PullPolicy pull,
        List<String> entrypoint,
        List<String> cmd,
        Map<String, String> env,
        Map<String, String> labels,
        List<VolumeMount> mounts,
        List<Port> ports,
        Resources resources,
        RestartPolicy restart,
        @Nullable ContainerSecrets secrets) {
    public ContainerSpec {
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        env = Map.copyOf(env);
        labels = Map.copyOf(labels);
        mounts = List.copyOf(mounts);
        ports = List.copyOf(ports);
    }

    public ContainerSpec with(ContainerSecrets given) {
        return new ContainerSpec(
                task, buyer, name, image, pull, entrypoint, cmd, env, labels, mounts, ports, resources, restart, given);
    }
}
