package io.pithead.miner.cli;

import io.pithead.miner.agent.Agent;
import io.pithead.miner.agent.Capabilities;
import io.pithead.miner.agent.ChildSettings;
import io.pithead.miner.agent.MonotonicClock;
import io.pithead.miner.agent.WorkDir;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.config.MinerConfig;
import io.pithead.miner.config.Settings;
import io.pithead.miner.hardware.EnergyMeter;
import io.pithead.miner.hardware.Inventory;
import io.pithead.miner.hardware.NvidiaSmi;
import io.pithead.protocol.node.Mode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;

/** {@code run}: the agent, until a signal ends it. */
@Command(
        name = "run",
        description = {
            "Takes jobs until it is told to end.",
            "The first SIGTERM or Ctrl-C lets running jobs finish, the second ends at once."
        },
        mixinStandardHelpOptions = true)
final class RunCommand extends MinerCommand {
    @Override
    int run(Screen screen) throws Exception {
        Settings settings = settings();
        settings.warnings().forEach(screen::complain);
        MinerConfig config = reader(settings).miner();
        LogSetup.install(config.logLevel(), isJson());
        try (WorkDir dir = WorkDir.open(config.workDir())) {
            dir.lock();
            work(config, dir);
            return OK;
        } catch (IOException e) {
            return unusable(List.of(String.valueOf(e.getMessage())));
        }
    }

    private static void work(MinerConfig config, WorkDir dir) throws IOException, InterruptedException {
        var smi = new NvidiaSmi("nvidia-smi");
        var capabilities = new Capabilities(config, Inventory.read(smi));
        var clock = new MonotonicClock();
        try (var energy = EnergyMeter.start(smi, capabilities.mode() == Mode.GPU);
                var api = new CoordinatorApi(config.coordinator(), Optional.of(config.apiKey()), clock);
                var engines = new Engines(config.containers())) {
            var agent = new Agent(
                    config,
                    capabilities,
                    dir,
                    api,
                    clock,
                    energy,
                    childSettings(config, capabilities, dir),
                    engines.engine());
            listen(agent);
            agent.run();
        }
    }

    static ChildSettings childSettings(MinerConfig config, Capabilities capabilities, WorkDir dir) {
        return new ChildSettings(
                config.jobNice(), capabilities.threadsPerJob(), capabilities.mode(), config.torch(), dir.cache());
    }

    private static void listen(Agent agent) {
        var heard = new AtomicInteger();
        Runnable end = () -> {
            if (heard.getAndIncrement() == 0) {
                agent.drain();
            } else {
                agent.stop();
            }
        };
        Signals.on("TERM", end);
        Signals.on("INT", end);
    }
}
