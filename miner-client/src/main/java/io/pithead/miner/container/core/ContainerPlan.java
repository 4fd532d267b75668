package io.pithead.miner.container.core;

import io.pithead.protocol.task.Port;
import java.util.List;
import java.util.Map;

/**
 * A container as the engine is asked for it. What is not said here is not given: no capabilities, no new privileges, no
 * writable root, no devices, no path of the host but {@code mounts}.
 *
 * @param user {@code uid:gid} or the image's own words; empty is the image's own
 * @param group that may write to the mounts
 * @param env as {@code NAME=value}; may hold secrets
 * @param tmpfs options by path
 * @param stopSignal empty is the image's own
 */
public record ContainerPlan(
        String name,
        String imageId,
        String user,
        int group,
        List<String> entrypoint,
        List<String> cmd,
        List<String> env,
        Map<String, String> labels,
        List<Mount> mounts,
        Map<String, String> tmpfs,
        long memoryBytes,
        long nanoCpus,
        int pids,
        long shmBytes,
        boolean network,
        List<Port> ports,
        List<String> gpus,
        String stopSignal) {

    /** @param source a folder of the miner's own, absolute and without links */
    public record Mount(String source, String target, boolean readOnly) {}

    public ContainerPlan {
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        env = List.copyOf(env);
        labels = Map.copyOf(labels);
        mounts = List.copyOf(mounts);
        tmpfs = Map.copyOf(tmpfs);
        ports = List.copyOf(ports);
        gpus = List.copyOf(gpus);
    }

    @Override
    public String toString() {
        return "ContainerPlan[name=" + name + ", image=" + imageId + "]";
    }
}
