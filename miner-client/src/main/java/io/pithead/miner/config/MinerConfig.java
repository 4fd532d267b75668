package io.pithead.miner.config;

import io.pithead.protocol.node.Location;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** The miner's settings, understood and checked. */
public record MinerConfig(
        CoordinatorConfig coordinator,
        Secret apiKey,
        String minerId,
        Optional<String> wallet,
        Path workDir,
        Duration heartbeat,
        Duration poll,
        int concurrency,
        AccelMode accel,
        Optional<String> region,
        Optional<Location> location,
        Optional<String> p2pAddress,
        Optional<String> price,
        Duration maxRuntime,
        OptionalLong maxRamMb,
        int jobNice,
        TorchConfig torch,
        WorkloadChoice workloads,
        ContainerConfig containers,
        ChallengeConfig challenges,
        WalletConfig nodeWallet,
        ChainConfig chain,
        Optional<DiscoveryConfig> discovery,
        System.Logger.Level logLevel) {}
