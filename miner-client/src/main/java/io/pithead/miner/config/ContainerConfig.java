package io.pithead.miner.config;

import io.pithead.miner.container.DockerHost;
import io.pithead.miner.container.core.OwnerPolicy.NetworkPolicy;
import io.pithead.miner.container.core.OwnerPolicy.RootPolicy;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;

/** Whether and how containers run here. An absent figure is derived from the machine. */
public record ContainerConfig(
        boolean wanted,
        DockerHost host,
        RootPolicy root,
        boolean ports,
        NetworkPolicy network,
        Optional<BigDecimal> cpus,
        OptionalLong ramMb,
        int pids,
        long diskMb) {}
