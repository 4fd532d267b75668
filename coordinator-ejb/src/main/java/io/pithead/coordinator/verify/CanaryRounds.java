package io.pithead.coordinator.verify;

import io.pithead.coordinator.artifact.ArtifactFacade;
import io.pithead.coordinator.job.ReadyJobs;
import io.pithead.coordinator.job.ReplicaJobs;
import io.pithead.coordinator.job.ReplicaJobs.Placed;
import io.pithead.coordinator.job.Transitions;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.seal.SealingKeyFile;
import io.pithead.coordinator.verify.CanaryStore.Candidate;
import io.pithead.coordinator.verify.CanaryStore.Turn;
import io.pithead.coordinator.verify.core.Canary;
import io.pithead.coordinator.verify.core.Draw;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Draws, for each job that a node was paid for, whether it gets a canary next, and gives it one: bounded batches, one transaction
 * for each canary. One that is not placed, for want of money or of a job that fits, is not made up for.
 */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class CanaryRounds {
    private static final Logger LOG = System.getLogger(CanaryRounds.class.getName());
    private static final Duration PERIOD = Duration.ofSeconds(2);
    private static final Duration ALLOWED_AGE = Duration.ofSeconds(60);
    /** A busy node takes it when it has ended what it has; then it is taken back. */
    static final Duration TAKEN_WITHIN = Duration.ofMinutes(10);

    /** Receipts of a transaction that began earlier may come after those of a later one. */
    private static final Duration SETTLED = Duration.ofSeconds(5);

    private static final int BATCH = 1_000;
    private static final int MAX_BATCHES = 20;

    @Inject
    Database database;

    @Inject
    ReplicaJobs replicas;

    @Inject
    Ledger ledger;

    @Inject
    ArtifactFacade artifacts;

    @Inject
    Transitions transitions;

    @Inject
    ReadyJobs dispatcher;

    @Inject
    NodeFacade nodes;

    @Inject
    VerifyConfig config;

    @Inject
    Loops loops;

    Draw draw;

    @PostConstruct
    void start() {
        draw = new Draw(SealingKeyFile.loadOrCreate(config.keyFile()));
        if (config.canaries()) {
            loops.start("canary", PERIOD, ALLOWED_AGE, this::tick);
        }
    }

    void tick() {
        round(nodes.pace().offlineAfter(), SETTLED);
    }

    /** @param settled receipts that are younger are left for the next round */
    void round(Duration offlineAfter, Duration settled) {
        Optional<UUID> payer =
                database.withConnection(connection -> CanaryStore.payer(connection, config.canaryAccount()));
        if (payer.isPresent()) {
            ledger.open(List.of(payer.get()));
            round(payer.get(), offlineAfter, settled);
        }
    }

    private void round(UUID payer, Duration offlineAfter, Duration settled) {
        var had = new HashSet<UUID>();
        Fleet fleet = null;
        List<Turn> turns;
        int batches = 0;
        do {
            turns = database.inTransaction(connection -> CanaryStore.turns(connection, settled, BATCH));
            for (Turn turn : turns) {
                // one at a time, however fast a node works
                if (Canary.isDue(turn.node(), turn.turn(), draw, config.canary()) && had.add(turn.node())) {
                    fleet = fleet == null ? fleet(offlineAfter) : fleet;
                    give(turn, payer, fleet);
                }
            }
            batches++;
        } while (turns.size() == BATCH && batches < MAX_BATCHES);
    }

    private Fleet fleet(Duration offlineAfter) {
        return database.withConnection(connection -> Fleet.read(connection, offlineAfter, config.sameMachine()));
    }

    private void give(Turn turn, UUID payer, Fleet fleet) {
        try {
            database.inTransaction(connection -> place(connection, turn, payer, fleet))
                    .ifPresent(placed -> {
                        transitions.committed(placed.transitions());
                        dispatcher.ready(List.of(placed.ready()));
                    });
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, () -> "canary.failed node=" + turn.node(), e);
        }
    }

    private Optional<Placed> place(Connection connection, Turn turn, UUID payer, Fleet fleet) throws SQLException {
        Optional<Candidate> chosen = choose(connection, turn, fleet);
        if (chosen.isEmpty()) {
            return Optional.empty();
        }
        Candidate of = chosen.get();
        UUID provider = fleet.providerOf(turn.node());
        BigInteger price = of.job().price();
        BigInteger cost = price.add(CanaryStore.held(of));
        // locked first, so that two instances do not both spend the last of it
        BigInteger available = ledger.lockAvailable(connection, List.of(payer)).getOrDefault(payer, BigInteger.ZERO);
        boolean within = CanaryStore.spent(connection).add(price).compareTo(config.canaryBudget()) <= 0;
        if (!within
                || cost.compareTo(available) > 0
                || !artifacts.lend(connection, of.job().account(), payer, of.inputs())) {
            return Optional.empty();
        }
        Instant now = now(connection);
        Instant lookAt = now.plus(TAKEN_WITHIN);
        Placed placed = replicas.again(connection, of.job(), payer, turn.node(), lookAt.plus(TAKEN_WITHIN), now);
        ledger.post(
                connection,
                List.of(
                        Posting.reserve(payer, price, placed.job()),
                        Posting.reserve(payer, CanaryStore.held(of), placed.job(), 1)),
                now);
        CanaryStore.open(connection, placed.job(), payer, turn.node(), provider, of, lookAt);
        return Optional.of(placed);
    }

    private Optional<Candidate> choose(Connection connection, Turn turn, Fleet fleet) throws SQLException {
        Set<String> workloads = fleet.workloadsOf(turn.node());
        if (workloads.isEmpty()) {
            return Optional.empty();
        }
        UUID provider = fleet.providerOf(turn.node());
        List<Candidate> fit = CanaryStore.candidates(connection, workloads, config.canary()).stream()
                .filter(one -> fleet.fits(
                        turn.node(), one.need(), one.kind(), one.known().providers()))
                .toList();
        return Canary.choose(
                        fit.stream().map(Candidate::known).toList(),
                        provider,
                        turn.node(),
                        turn.turn(),
                        draw,
                        config.canary(),
                        now(connection))
                .flatMap(known ->
                        fit.stream().filter(one -> one.known().equals(known)).findFirst());
    }

    private static Instant now(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("select now() as now");
                var row = select.executeQuery()) {
            row.next();
            return Columns.requiredInstant(row, "now");
        }
    }
}
