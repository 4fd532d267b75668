package io.pithead.bench;

import io.pithead.miner.agent.Agent;
import io.pithead.miner.agent.Capabilities;
import io.pithead.miner.agent.MonotonicClock;
import io.pithead.miner.agent.WorkDir;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.config.ConfigException;
import io.pithead.miner.config.ConfigReader;
import io.pithead.miner.config.Key;
import io.pithead.miner.config.MinerConfig;
import io.pithead.miner.config.Settings;
import io.pithead.miner.container.Engine;
import io.pithead.miner.hardware.EnergyMeter;
import io.pithead.miner.hardware.Inventory;
import io.pithead.miner.hardware.NvidiaSmi;
import io.pithead.miner.workload.ChildSettings;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A whole miner in this process that runs containers and nothing else. */
final class InnerMiner implements AutoCloseable {
    private static final NvidiaSmi NO_GPU = new NvidiaSmi("/nonexistent/nvidia-smi");
    private static final Inventory INVENTORY = Inventory.read(NO_GPU);
    private static final EnergyMeter NO_ENERGY = EnergyMeter.start(NO_GPU, false);
    private static final String SLOTS = "4";
    private static final Duration END_LIMIT = Duration.ofSeconds(60);
    /** Thousands of them would talk; held here, or its level would be forgotten. */
    private static final Logger LOG = Logger.getLogger("io.pithead.miner");

    static {
        LOG.setLevel(Level.WARNING);
    }

    /** Of the process's one coordinator. */
    private static @Nullable HttpClient connections;

    private final Agent agent;
    private final CoordinatorApi api;
    private final WorkDir dir;
    private final Engine engine;
    private final Thread thread;

    private InnerMiner(MinerConfig config, Engine engine) throws IOException {
        var clock = new MonotonicClock();
        var capabilities = new Capabilities(config, INVENTORY);
        this.engine = engine;
        dir = WorkDir.open(config.workDir());
        dir.lock();
        api = new CoordinatorApi(connections(config), config.coordinator(), Optional.of(config.apiKey()), clock);
        var children = new ChildSettings(config.jobNice(), 1, capabilities.mode(), config.torch(), dir.cache());
        agent = new Agent(
                config,
                capabilities,
                dir,
                api,
                clock,
                NO_ENERGY,
                children,
                Optional.of(engine),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        thread = Thread.ofVirtual().name(config.minerId()).start(this::run);
    }

    /** A client of its own for each would be a selector, its threads and most of a megabyte for each. */
    private static synchronized HttpClient connections(MinerConfig config) throws IOException {
        if (connections == null) {
            connections = CoordinatorApi.connections(config.coordinator());
        }
        return connections;
    }

    static InnerMiner start(Entry entry, Path folder, String id, Engine engine) throws IOException {
        Files.createDirectories(folder);
        var settings = new EnumMap<Key, String>(Key.class);
        settings.put(Key.COORD_URL, entry.url());
        settings.put(Key.CA_FILE, entry.certificate().toString());
        settings.put(Key.API_KEY, entry.key());
        settings.put(Key.MINER_ID, id);
        settings.put(Key.WORK_DIR, folder.toString());
        settings.put(Key.MAX_CONCURRENCY, SLOTS);
        settings.put(Key.WORKLOADS, "none");
        settings.put(Key.SNAPSHOT_SECS, "0");
        var gathered = Settings.gather(settings, Map.of(), Optional.of(Path.of("/dev/null")), id);
        try {
            return new InnerMiner(new ConfigReader(gathered, folder).miner(), engine);
        } catch (ConfigException e) {
            throw new IOException(e);
        }
    }

    private void run() {
        try {
            agent.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Its node gets no more work; does not wait for its end. */
    void drain() {
        agent.drain();
    }

    @Override
    public void close() throws IOException {
        drain();
        try {
            if (!thread.join(END_LIMIT)) {
                agent.stop();
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        engine.close();
        api.close();
        dir.close();
    }
}
