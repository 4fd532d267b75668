package io.pithead.miner.cli;

import io.pithead.miner.agent.MonotonicClock;
import io.pithead.miner.agent.WorkDir;
import io.pithead.miner.api.Answer;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.chain.Chain;
import io.pithead.miner.chain.ChainException;
import io.pithead.miner.chain.Contracts;
import io.pithead.miner.chain.PendingException;
import io.pithead.miner.chain.PinFile;
import io.pithead.miner.chain.core.Network;
import io.pithead.miner.config.ConfigException;
import io.pithead.miner.config.Key;
import io.pithead.miner.config.OwnerConfig;
import io.pithead.miner.config.WalletConfig;
import io.pithead.protocol.chain.ChainTerms;
import io.pithead.protocol.chain.PublicChains;
import io.pithead.protocol.keystore.KeyFileException;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/**
 * What the commands that send money have in common: they show what they do and ask, one works at a time in a work folder, what
 * an earlier start left on its way comes first, and no contract is called that the owner has not confirmed.
 */
abstract class ChainCommand extends MinerCommand {
    /** A transaction is on its way and in no block yet. */
    static final int PENDING = 3;

    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @Option(names = "--yes", description = "ask nothing")
    private boolean yes;

    @Option(
            names = "--wait",
            paramLabel = "SECS",
            defaultValue = "300",
            description = "how long a transaction is waited for; default: ${DEFAULT-VALUE}")
    private int waitSecs;

    /** What a command found and did, for programs. */
    private final Map<String, Object> report = new LinkedHashMap<>();

    @Override
    final int run(Screen screen) throws Exception {
        OwnerConfig config = reader(settings()).owner();
        if (!config.chain().isOn()) {
            throw new ConfigException(
                    List.of(Key.CHAIN_RPC + " is required: a URL of a node of the coordinator's chain"));
        }
        try (WorkDir dir = WorkDir.open(config.workDir());
                FileChannel lock = locked(config);
                var chain = new Chain(config.chain().rpc(), DEADLINE, OptionalLong.empty())) {
            Network network = network(screen, config, chain);
            var desk = new ChainDesk(
                    config, network, chain, line -> say(screen, line), Duration.ofSeconds(Math.max(1, waitSecs)));
            desk.contracts.check(Network.NEEDED);
            report.put("chain", network.chain());
            desk.resume();
            work(screen, desk);
            report.put("transactions", desk.sent());
            if (isJson()) {
                screen.json(report);
            }
            return OK;
        } catch (PendingException e) {
            bad(screen, String.valueOf(e.getMessage()));
            return PENDING;
        } catch (ChainException | KeyFileException e) {
            return bad(screen, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return unusable(List.of(String.valueOf(e.getMessage())));
        }
    }

    abstract void work(Screen screen, ChainDesk desk) throws Exception;

    /** Two at once would take each other's numbers. */
    private static FileChannel locked(OwnerConfig config) throws IOException {
        FileChannel file = FileChannel.open(
                config.workDir().resolve("chain.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = file.tryLock();
            if (lock != null) {
                return file;
            }
        } catch (OverlappingFileLockException e) {
            // the same as one of another process
        }
        file.close();
        throw new IOException("another command on the chain works in " + config.workDir() + ": wait for its end");
    }

    /** The contracts that were confirmed. */
    Network network(Screen screen, OwnerConfig config, Chain chain) throws Exception {
        return new PinFile(config.workDir())
                .read()
                .orElseThrow(() -> new ChainException(
                        "no contracts are confirmed yet: pithead-miner register shows them" + " and asks"));
    }

    /** What the coordinator says of the chain that CHAIN_RPC is of. */
    final Network told(Chain chain) throws Exception {
        var coordinator = reader(settings()).coordinator();
        try (var api = new CoordinatorApi(coordinator, Optional.empty(), new MonotonicClock())) {
            Answer<PublicChains> answer = api.chains();
            if (!(answer instanceof Answer.Ok<PublicChains> ok)) {
                throw new ChainException(Answers.why(answer));
            }
            long id = chain.id();
            ChainTerms terms = ok.value().chains().stream()
                    .filter(one -> one.chainId() == id)
                    .findFirst()
                    .orElseThrow(() -> new ChainException("the coordinator is not on chain " + id
                            + ", of which CHAIN_RPC is; it is on "
                            + ok.value().chains().stream()
                                    .map(ChainTerms::chainId)
                                    .toList()));
            return Network.of(terms);
        } catch (IllegalArgumentException e) {
            throw new ChainException("what the coordinator says of the chain is not good: " + e.getMessage());
        }
    }

    /** Shows contracts that were never confirmed, and keeps them if the owner trusts them. */
    final Network confirmed(Screen screen, OwnerConfig config, Chain chain, Network told) throws Exception {
        var pins = new PinFile(config.workDir());
        Optional<Network> known = pins.read();
        if (known.isPresent()) {
            List<String> differences = known.get().differences(told);
            if (!differences.isEmpty()) {
                throw new ChainException("the coordinator names other contracts than those that were confirmed: "
                        + String.join("; ", differences) + ". Nothing was sent. If you know why, remove " + pins.path()
                        + " and confirm them anew");
            }
            return known.get();
        }
        new Contracts(chain, told).check(Network.NEEDED);
        say(screen, "contracts on chain " + told.chain() + ", as the coordinator names them:");
        new TreeMap<>(told.contracts())
                .forEach((name, one) ->
                        say(screen, "  " + name + "  " + one.address().checksummed()));
        ask(screen, "Are these the network's contracts? Money goes to them");
        pins.write(told);
        return told;
    }

    /** For people only; a program gets the report. */
    final void say(Screen screen, String line) {
        if (isJson()) {
            screen.note(line);
        } else {
            screen.line(line);
        }
    }

    final void report(String name, Object value) {
        report.put(name, value);
    }

    /** Goes on only if the owner agrees. */
    final void ask(Screen screen, String question) throws ChainException, ConfigException {
        Question.ask(screen, question, yes);
    }

    static WalletKey key(WalletConfig config, String make) throws ConfigException, IOException, KeyFileException {
        if (!Files.exists(config.file())) {
            throw new ConfigException(List.of("there is no key in " + config.file() + ": " + make));
        }
        return WalletShowCommand.opened(config);
    }

    static WalletKey stakeKey(OwnerConfig config) throws ConfigException, IOException, KeyFileException {
        return key(config.stake(), "pithead-miner wallet create --stake makes one; or set STAKE_WALLET_FILE");
    }
}
