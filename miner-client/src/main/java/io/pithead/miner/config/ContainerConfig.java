package io.pithead.miner.config;

import io.pithead.miner.container.DockerHost;
import io.pithead.miner.container.core.OwnerPolicy.NetworkPolicy;
import io.pithead.miner.container.core.OwnerPolicy.RootPolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Whether and how containers run here. An absent figure is derived from the machine.
 *
 * @param gpus indexes or UUIDs of those that containers may have; empty for all
 * @param snapshotEvery zero for never
 * @param maxRuntime only when the owner set it: a task may want to run for weeks
 */
public record ContainerConfig(
        boolean wanted,
        DockerHost host,
        RootPolicy root,
        boolean ports,
        NetworkPolicy network,
        Optional<BigDecimal> cpus,
        OptionalLong ramMb,
        int pids,
        long diskMb,
        Optional<Set<String>> gpus,
        boolean gpuSharing,
        long imagesMb,
        Duration taskData,
        Duration snapshotEvery,
        Optional<Duration> maxRuntime) {}
