package io.pithead.miner.testing;

import io.pithead.miner.agent.Agent;
import io.pithead.miner.agent.Capabilities;
import io.pithead.miner.agent.MonotonicClock;
import io.pithead.miner.agent.WorkDir;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.challenge.Challenges;
import io.pithead.miner.config.ConfigException;
import io.pithead.miner.config.ConfigReader;
import io.pithead.miner.config.Key;
import io.pithead.miner.config.MinerConfig;
import io.pithead.miner.config.Settings;
import io.pithead.miner.container.DockerJavaEngine;
import io.pithead.miner.container.Engine;
import io.pithead.miner.hardware.EnergyMeter;
import io.pithead.miner.hardware.Inventory;
import io.pithead.miner.hardware.NvidiaSmi;
import io.pithead.miner.workload.ChildSettings;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** A whole agent on a thread of this process, with real child processes. */
public final class TestAgent implements AutoCloseable {
    private static final NvidiaSmi NO_GPU = new NvidiaSmi("/nonexistent/nvidia-smi");
    private static final Inventory INVENTORY = Inventory.read(NO_GPU);

    private final WorkDir dir;
    private final CoordinatorApi api;
    private final EnergyMeter energy;
    private final Optional<Engine> engine;
    private final Optional<Challenges> challenges;
    private final Agent agent;
    private final Thread thread;

    private TestAgent(MinerConfig config, Optional<WalletKey> node) throws IOException {
        var clock = new MonotonicClock();
        var capabilities = new Capabilities(config, INVENTORY, node.map(WalletKey::address));
        dir = WorkDir.open(config.workDir());
        dir.lock();
        energy = EnergyMeter.start(NO_GPU, false);
        api = new CoordinatorApi(config.coordinator(), Optional.of(config.apiKey()), clock);
        var children = new ChildSettings(5, 1, capabilities.mode(), config.torch(), dir.cache());
        engine = config.containers().wanted()
                ? Optional.of(new DockerJavaEngine(config.containers().host()))
                : Optional.empty();
        challenges = node.map(key ->
                new Challenges(key, api.challenges(), capabilities.challengeShare(), children, dir.challenge(), clock));
        agent = new Agent(
                config, capabilities, dir, api, clock, energy, children, engine, node, Optional.empty(), challenges);
        thread = Thread.ofPlatform().name("test-agent").start(this::run);
    }

    public static TestAgent start(TestCoordinator coordinator, Path workDir, Map<Key, String> more)
            throws IOException, ConfigException {
        return start(coordinator, workDir, more, Optional.empty());
    }

    /** @param node its key, without which nobody challenges it */
    public static TestAgent start(
            TestCoordinator coordinator, Path workDir, Map<Key, String> more, Optional<WalletKey> node)
            throws IOException, ConfigException {
        var settings = new EnumMap<Key, String>(Key.class);
        settings.put(Key.COORD_URL, coordinator.url().toString());
        settings.put(Key.API_KEY, TestCoordinator.KEY);
        settings.put(Key.MINER_ID, "test-miner");
        settings.put(Key.WORK_DIR, workDir.toString());
        settings.put(Key.WALLET_ADDR, "wallet_demo");
        // an engine that happens to be here is not the test's
        settings.put(Key.CONTAINERS, "off");
        settings.putAll(more);
        var gathered = Settings.gather(settings, Map.of(), Optional.of(Path.of("/dev/null")), "host");
        return new TestAgent(new ConfigReader(gathered, workDir).miner(), node);
    }

    private void run() {
        try {
            agent.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public void drain() {
        agent.drain();
    }

    public boolean hasEnded() {
        return !thread.isAlive();
    }

    /** The agent ends as if its process were told to at once. */
    @Override
    public void close() throws IOException {
        agent.stop();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        challenges.ifPresent(Challenges::close);
        engine.ifPresent(Engine::close);
        energy.close();
        api.close();
        dir.close();
    }
}
