package io.pithead.coordinator.node;

import io.pithead.coordinator.lease.LeaseConfig;
import io.pithead.coordinator.lease.LeaseFacade;
import io.pithead.coordinator.node.core.Marks;
import io.pithead.coordinator.node.core.Pace;
import io.pithead.coordinator.platform.BatchLane;
import io.pithead.coordinator.platform.BatchLane.Applied;
import io.pithead.coordinator.platform.BatchLane.Outcome;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.platform.Metrics;
import io.pithead.coordinator.platform.Work;
import io.pithead.protocol.node.Directive;
import io.pithead.protocol.node.Heartbeat;
import io.pithead.protocol.node.HeartbeatAnswer;
import io.pithead.protocol.node.MinerCapabilities;
import io.pithead.protocol.node.Mode;
import io.pithead.protocol.node.NodeLimits;
import io.pithead.protocol.node.Registered;
import io.prometheus.metrics.core.metrics.Counter;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
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
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a miner says of itself. Heartbeats are written many at a time and answered when they are on disk. */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class NodeFacade {
    private static final Logger LOG = System.getLogger(NodeFacade.class.getName());
    /** A ban holds everywhere within a second, as the revocation of a key does. */
    private static final Duration REFRESH = Duration.ofMillis(500);

    private static final Duration REFRESH_ALLOWED_AGE = Duration.ofSeconds(30);
    private static final Duration SILENCE = Duration.ofSeconds(15);
    private static final Duration SILENCE_ALLOWED_AGE = Duration.ofMinutes(5);
    static final int SILENT_AT_ONCE = 1_000;
    private static final int MAX_SILENT_BATCHES = 20;
    private static final int MAX_WAITING_BEATS = 20_000;
    private static final int MAX_BEATS_PER_BATCH = 500;

    @Inject
    Database database;

    @Inject
    NodeRegistry registry;

    @Inject
    NodeConfig config;

    @Inject
    LeaseConfig leaseConfig;

    @Inject
    LeaseFacade leases;

    @Inject
    @Any
    Instance<DirectiveSource> sources;

    @Inject
    @Any
    Instance<RunningSink> sinks;

    @Inject
    Work work;

    @Inject
    Loops loops;

    @Inject
    Metrics metrics;

    private BatchLane<Beat, List<Directive>> beats;
    private Counter answered;
    private Counter shared;

    private record Beat(
            Node node, @Nullable Double load, @Nullable List<Heartbeat.Running> running) {}

    /** The answer to a registration; {@code created} when the node is new. */
    public record Registration(Registered answer, boolean created) {}

    @PostConstruct
    void open() {
        beats = new BatchLane<>(
                "beat", database, work.threads(), work.answers(), MAX_WAITING_BEATS, MAX_BEATS_PER_BATCH, this::beat);
        answered = Counter.builder()
                .name("pithead_heartbeats")
                .help("Heartbeats on disk and answered")
                .register(metrics.registry());
        shared = Counter.builder()
                .name("pithead_node_marks_shared")
                .help("Marks of identity that a second node was seen to bear")
                .labelNames("kind")
                .register(metrics.registry());
        loops.start("node-refresh", REFRESH, REFRESH_ALLOWED_AGE, registry::refresh);
        // who could not be heard because nothing listened is not silent
        Instant began = Instant.now();
        loops.start("node-silence", SILENCE, SILENCE_ALLOWED_AGE, () -> {
            if (began.plus(pace().offlineAfter()).isBefore(Instant.now())) {
                noteSilent();
            }
        });
    }

    /** Bounded batches, a transaction each; what is left is the next round's. */
    private void noteSilent() {
        Duration silence = pace().offlineAfter();
        for (int i = 0; i < MAX_SILENT_BATCHES; i++) {
            if (database.inTransaction(connection -> NodeStore.noteSilent(connection, silence, SILENT_AT_ONCE))
                    < SILENT_AT_ONCE) {
                return;
            }
        }
    }

    @PreDestroy
    void close() {
        beats.close();
    }

    /** @param from the address that the miner was seen at; null where nobody knows */
    public Registration register(UUID account, MinerCapabilities capabilities, @Nullable String from) {
        NodeRegistry.Found saved = registry.save(account, capabilities, true, Marks.of(capabilities, from));
        saved.shared().forEach(mark -> {
            shared.labelValues(mark.kind().name()).inc();
            LOG.log(
                    Level.INFO,
                    () -> "node.twins kind=" + mark.kind() + " mark=" + mark.value() + " node="
                            + saved.node().id());
        });
        Pace pace = pace();
        var answer = new Registered(
                saved.node().minerId(),
                saved.node().id().toString(),
                pace.heartbeatSecs(),
                pace.pollSecs(),
                pace.maxWaitSecs(),
                Instant.now());
        return new Registration(answer, saved.created());
    }

    /** Registers a miner that never registered. Completes when the sign of life and the renewals are on disk. */
    public CompletableFuture<HeartbeatAnswer> heartbeat(UUID account, Heartbeat heartbeat) {
        Node node = registry.find(account, heartbeat.minerId())
                .orElseGet(() -> registry.save(account, seedCapabilities(heartbeat), false, List.of())
                        .node());
        if (node.isBanned()) {
            throw node.banned(stops(heartbeat.running()));
        }
        if (node.isOtherThan(heartbeat.instance())) {
            throw Node.taken(node.minerId(), leaseConfig.ttl());
        }
        Double load = heartbeat.load() == null ? null : heartbeat.load().doubleValue();
        return beats.submit(new Beat(node, load, heartbeat.running())).thenApply(directives -> {
            answered.inc();
            Pace pace = pace();
            return new HeartbeatAnswer(Instant.now(), pace.heartbeatSecs(), pace.pollSecs(), directives);
        });
    }

    /** Whatever a banned node runs is over. */
    private static List<Directive> stops(@Nullable List<Heartbeat.Running> running) {
        return running == null
                ? List.of()
                : running.stream()
                        .map(one -> Directive.stop(one.id(), one.lease(), "lost"))
                        .toList();
    }

    /** For a protocol whose heartbeat does not register. */
    public void requireKnown(UUID account, String minerId) {
        registry.require(account, minerId);
    }

    /** What a miner that does not say so is taken to run. */
    public List<String> seedWorkloads() {
        return config.seedWorkloads();
    }

    /** No new jobs for this node; what runs there finishes. */
    public void drain(UUID account, String minerId) {
        registry.drain(account, minerId);
    }

    public Pace pace() {
        return Pace.of(
                registry.size(), config.heartbeatsPerSecond(), leaseConfig.ttl(), config.poll(), config.maxWait());
    }

    private Applied<List<Directive>> beat(Connection connection, List<Beat> batch) throws SQLException {
        var loads = new HashMap<UUID, @Nullable Double>();
        batch.forEach(beat -> loads.put(beat.node.id(), beat.load));
        List<UUID> ids = Columns.sorted(loads.keySet());
        NodeStore.seen(
                connection, ids, ids.stream().map(loads::get).collect(ArrayList::new, ArrayList::add, List::addAll));
        var listed = new HashMap<UUID, List<Heartbeat.Running>>();
        for (Beat beat : batch) {
            if (beat.node.renews() && beat.running != null) {
                listed.put(beat.node.id(), beat.running);
            }
        }
        LeaseFacade.Renewed renewed = leases.renewListed(connection, listed);
        for (RunningSink sink : sinks) {
            sink.running(connection, listed);
        }
        var directives = new HashMap<UUID, List<Directive>>();
        add(directives, renewed.directives());
        for (DirectiveSource source : sources) {
            add(directives, source.directives(connection, listed.keySet()));
        }
        List<Outcome<List<Directive>>> outcomes = batch.stream()
                .map(beat -> Outcome.of(withDrain(beat.node, directives.getOrDefault(beat.node.id(), List.of()))))
                .toList();
        return new Applied<>(outcomes, renewed.afterCommit());
    }

    private static void add(Map<UUID, List<Directive>> all, Map<UUID, List<Directive>> some) {
        some.forEach((node, orders) ->
                all.computeIfAbsent(node, id -> new ArrayList<>()).addAll(orders));
    }

    private static List<Directive> withDrain(Node node, List<Directive> directives) {
        if (!node.draining()) {
            return directives;
        }
        var all = new ArrayList<>(directives);
        all.add(Directive.drain());
        return all;
    }

    /** All that the AITBC guide's script tells: what it computes on, and its wallet. */
    private MinerCapabilities seedCapabilities(Heartbeat heartbeat) {
        return new MinerCapabilities(
                heartbeat.minerId(),
                heartbeat.mode() == null ? Mode.CPU : heartbeat.mode(),
                heartbeat.gpu(),
                1,
                config.seedWorkloads(),
                NodeLimits.UNKNOWN,
                heartbeat.wallet(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                false,
                null);
    }
}
