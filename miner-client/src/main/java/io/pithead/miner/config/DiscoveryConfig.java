package io.pithead.miner.config;

import java.util.Optional;

/**
 * Where this node announces itself.
 *
 * @param endpoint where it is reached; a secret between the node and the run's readers
 */
public record DiscoveryConfig(CoordinatorConfig server, RunChoice run, Optional<Secret> endpoint) {}
