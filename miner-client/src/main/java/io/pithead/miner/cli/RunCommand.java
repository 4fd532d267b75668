package io.pithead.miner.cli;

import io.pithead.miner.agent.Agent;
import io.pithead.miner.agent.Capabilities;
import io.pithead.miner.agent.MonotonicClock;
import io.pithead.miner.agent.WorkDir;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.challenge.Challenges;
import io.pithead.miner.config.ConfigException;
import io.pithead.miner.config.MinerConfig;
import io.pithead.miner.config.Settings;
import io.pithead.miner.config.WalletConfig;
import io.pithead.miner.hardware.EnergyMeter;
import io.pithead.miner.hardware.Inventory;
import io.pithead.miner.hardware.NvidiaSmi;
import io.pithead.miner.membership.Membership;
import io.pithead.miner.workload.ChildSettings;
import io.pithead.protocol.keystore.KeyFile;
import io.pithead.protocol.keystore.KeyFileException;
import io.pithead.protocol.node.Mode;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
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
    private static final System.Logger LOG = System.getLogger(RunCommand.class.getName());

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

    private static void work(MinerConfig config, WorkDir dir)
            throws IOException, InterruptedException, ConfigException {
        var smi = new NvidiaSmi("nvidia-smi");
        Optional<WalletKey> node = nodeKey(config.nodeWallet());
        if (node.isEmpty() && config.discovery().isPresent()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "discovery.off why=no key of the node: pithead-miner wallet create, and WALLET_PASSWORD_FILE");
        }
        var inventory = Inventory.read(smi);
        var capabilities = new Capabilities(config, inventory, node.map(WalletKey::address));
        var clock = new MonotonicClock();
        try (var energy = EnergyMeter.start(smi, capabilities.mode() == Mode.GPU);
                var api = new CoordinatorApi(config.coordinator(), Optional.of(config.apiKey()), clock);
                var engines = new Engines(config.containers());
                var membership = node.isEmpty()
                        ? null
                        : new Membership(config, node.get(), api, () -> inventory.hardware(Optional.empty()));
                var challenges =
                        node.isEmpty() ? null : challenges(config, node.get(), api, capabilities, dir, clock)) {
            var agent = new Agent(
                    config,
                    capabilities,
                    dir,
                    api,
                    clock,
                    energy,
                    childSettings(config, capabilities, dir),
                    engines.engine(),
                    node,
                    Optional.ofNullable(membership),
                    Optional.ofNullable(challenges));
            listen(agent);
            agent.run();
        }
    }

    /** Nobody is asked for a password here: without a file of it the node has no key. */
    private static Optional<WalletKey> nodeKey(WalletConfig wallet) throws IOException, ConfigException {
        if (wallet.passwordFile().isEmpty() || !Files.exists(wallet.file())) {
            return Optional.empty();
        }
        char[] password = Passwords.known(wallet);
        try {
            return Optional.of(KeyFile.open(wallet.file(), password));
        } catch (KeyFileException e) {
            throw new ConfigException(List.of(String.valueOf(e.getMessage())));
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    private static Challenges challenges(
            MinerConfig config,
            WalletKey node,
            CoordinatorApi api,
            Capabilities capabilities,
            WorkDir dir,
            MonotonicClock clock) {
        return new Challenges(
                node,
                api.challenges(),
                capabilities.challengeShare(),
                childSettings(config, capabilities, dir),
                dir.challenge(),
                clock);
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
