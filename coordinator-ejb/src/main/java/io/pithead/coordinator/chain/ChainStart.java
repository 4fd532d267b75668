package io.pithead.coordinator.chain;

import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Bell;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.platform.Metrics;
import io.pithead.coordinator.platform.Work;
import io.prometheus.metrics.core.metrics.Counter;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The loops of this instance's chains: one reads each, one sends with each key. */
@Singleton
@Startup
@DependsOn("Platform")
@TransactionManagement(TransactionManagementType.BEAN)
public class ChainStart {
    private static final Logger LOG = System.getLogger(ChainStart.class.getName());
    /** Several answers of slow nodes may be waited for in a round. */
    private static final Duration ALLOWED_AGE = Duration.ofMinutes(15);

    private static final Duration RESEND = Duration.ofSeconds(15);
    private static final Duration COUNT_PAUSE = Duration.ofSeconds(15);

    @Inject
    Database database;

    @Inject
    ChainConfig config;

    @Inject
    ChainQueue queue;

    @Inject
    ChainFacade facade;

    @Inject
    KnownChains known;

    @Inject
    @Any
    Instance<ChainFollower> followers;

    @Inject
    ChainGateway gateway;

    @Inject
    Outbox outbox;

    @Inject
    Loops loops;

    @Inject
    Work work;

    @Inject
    Metrics metrics;

    private final UUID holder = UUID.randomUUID();
    private final List<ChainLoop> running = new CopyOnWriteArrayList<>();
    private final List<HttpRpc> nodes = new CopyOnWriteArrayList<>();

    @PostConstruct
    void start() {
        if (config.chains().isEmpty()) {
            LOG.log(
                    Level.INFO,
                    () -> "chain.off no chain is configured: registration, stake, invites, verdicts and rewards on"
                            + " chain are off, everything else works without");
            return;
        }
        Map<ChainSettings, SigningKey> keys = keys();
        Map<String, Abi> abis = ContractFiles.abis();
        Counter errors = Counter.builder()
                .name("pithead_chain_rpc_errors")
                .help("Answers of chain nodes that did not come, or were not believed")
                .labelNames("chain")
                .register(metrics.registry());
        for (ChainSettings chain : config.chains()) {
            Runnable onError = () -> errors.labelValues(chain.name()).inc();
            SigningKey key = keys.get(chain);
            know(chain, key, onError);
            if (key != null) {
                send(chain, key, abis, onError);
            }
            if (chain.deploy() && key != null) {
                deploy(chain, key, abis, onError);
            } else {
                index(chain, abis, onError);
            }
        }
        loops.onStop(this::stop);
        var gauges = new ChainGauges(metrics.registry());
        loops.start("chain-count", COUNT_PAUSE, ALLOWED_AGE, () -> gauges.show(facade.states()));
    }

    private void know(ChainSettings chain, @Nullable SigningKey key, Runnable onError) {
        List<HttpRpc> peers = peers(chain);
        known.know(
                chain,
                key,
                () -> new Endpoints(chain.name(), peers, chain.identity(), InstantSource.system(), onError));
    }

    private void index(ChainSettings chain, Map<String, Abi> abis, Runnable onError) {
        var indexer = new Indexer(database, chain, endpoints(chain, onError), abis, holder);
        ChainLoop.Round round = () -> {
            boolean more = indexer.round();
            for (ChainFollower follower : followers) {
                follower.follow(chain.chainId());
            }
            return more;
        };
        begin("chain-index-" + chain.name(), round, indexer::stop, new Bell(), chain.poll());
    }

    private void send(ChainSettings chain, SigningKey key, Map<String, Abi> abis, Runnable onError) {
        var sender = new Sender(
                database, chain, key, endpoints(chain, onError), new ContractErrors(abis.values()), holder, RESEND);
        begin("chain-send-" + chain.name(), sender::round, sender::stop, queue.bell(), chain.poll());
    }

    /** The chain is read once its contracts are there; until then their deployment goes on. */
    private void deploy(ChainSettings chain, SigningKey key, Map<String, Abi> abis, Runnable onError) {
        var deployment = new DevDeployment(database, gateway, chain.chainId(), key.address());
        Endpoints endpoints = endpoints(chain, onError);
        var done = new AtomicBoolean();
        ChainLoop.Round round = () -> {
            if (done.get()) {
                return false;
            }
            DevChain.fund(endpoints, key.address());
            Optional<Map<String, String>> made = deployment.round();
            outbox.wake();
            if (made.isPresent()) {
                Map<String, ChainSettings.Contract> contracts = new ChainNode(endpoints).codeHashes(made.get());
                long firstBlock = deployment.firstBlock();
                config.devChain().deployed(contracts, firstBlock);
                done.set(true);
                LOG.log(Level.INFO, () -> "chain.deployed chain=" + chain.name() + " contracts=" + contracts.size());
                ChainSettings whole = chain.withContracts(contracts, firstBlock);
                know(whole, key, onError);
                index(whole, abis, onError);
            }
            return false;
        };
        begin("chain-deploy-" + chain.name(), round, () -> {}, new Bell(), chain.poll());
    }

    /** All that are wrong are named at once. */
    private Map<ChainSettings, SigningKey> keys() {
        var keys = new HashMap<ChainSettings, SigningKey>();
        var problems = new ArrayList<String>();
        for (ChainSettings chain : config.chains()) {
            chain.key().ifPresent(files -> {
                try {
                    keys.put(chain, SigningKey.load(files.keystore(), files.password()));
                } catch (IllegalArgumentException e) {
                    problems.add("the key of chain " + chain.name() + ": " + e.getMessage());
                }
            });
        }
        if (!problems.isEmpty()) {
            throw new IllegalStateException("configuration: " + String.join("; ", problems));
        }
        return keys;
    }

    private Endpoints endpoints(ChainSettings chain, Runnable onError) {
        return new Endpoints(chain.name(), peers(chain), chain.identity(), InstantSource.system(), onError);
    }

    private List<HttpRpc> peers(ChainSettings chain) {
        List<HttpRpc> peers = chain.rpc().stream()
                .map(url -> new HttpRpc(url, config.timeout()))
                .toList();
        nodes.addAll(peers);
        return peers;
    }

    private void begin(String name, ChainLoop.Round round, Runnable stop, Bell bell, Duration pause) {
        var loop = new ChainLoop(name, loops.register(name, ALLOWED_AGE), round, stop, bell, pause);
        running.add(loop);
        loop.start(work.threads());
    }

    @PreDestroy
    void stop() {
        List<ChainLoop> ending = List.copyOf(running);
        running.clear();
        ending.forEach(ChainLoop::stop);
        ending.forEach(ChainLoop::await);
        nodes.forEach(HttpRpc::close);
    }
}
