package io.pithead.miner.cli;

import io.pithead.miner.config.ContainerConfig;
import io.pithead.miner.container.DockerJavaEngine;
import io.pithead.miner.container.Engine;
import java.util.Optional;

/** The engine of the settings, for as long as a command runs. */
final class Engines implements AutoCloseable {
    private final Optional<Engine> engine;

    /** Connects to nothing yet. */
    Engines(ContainerConfig config) {
        engine = config.wanted() ? Optional.of(new DockerJavaEngine(config.host())) : Optional.empty();
    }

    /** Empty when containers are off. */
    Optional<Engine> engine() {
        return engine;
    }

    @Override
    public void close() {
        engine.ifPresent(Engine::close);
    }
}
