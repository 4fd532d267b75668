package io.pithead.coordinator.verify;

import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.reputation.Records;
import io.pithead.coordinator.verify.ChargeStore.Open;
import io.pithead.coordinator.verify.ChargeStore.Wrong;
import io.pithead.coordinator.verify.RefereeStore.Given;
import io.pithead.coordinator.verify.VerifyConfig.Referee;
import io.pithead.coordinator.verify.core.ChargePolicy;
import io.pithead.coordinator.verify.core.ChargePolicy.Tally;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.job.Charge;
import io.pithead.protocol.job.ChargeView.Outcome;
import io.pithead.protocol.job.WorkRequest;
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
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Charges nodes that were suspended, and decides charges by what validators found: at every instance, bounded batches, a transaction for each
 * node and charge. That they lose their stake is for validators to say, on the chain.
 */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class ChargeRounds {
    private static final Logger LOG = System.getLogger(ChargeRounds.class.getName());
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration ALLOWED_AGE = Duration.ofSeconds(60);
    private static final int BATCH = 50;
    /** Of a node's latest wrong answers: some may be ones that a validator is not given. */
    private static final int LOOKED_THROUGH = 20;

    @Inject
    Database database;

    @Inject
    VerifyConfig config;

    @Inject
    Loops loops;

    @PostConstruct
    void start() {
        loops.start("charges", PERIOD, ALLOWED_AGE, this::round);
    }

    void round() {
        for (UUID node : database.withConnection(connection -> ChargeStore.due(connection, BATCH))) {
            charge(node);
        }
        for (UUID charge : database.withConnection(connection -> ChargeStore.toLookAt(connection, BATCH))) {
            look(charge);
        }
    }

    // opening --------------------------------------------------------------------------------------------------------

    /** A charge that is to be. @param wanted findings of one output that are enough for an answer */
    record Opening(UUID id, UUID node, String address, Instant until, int wanted, List<Wrong> answers) {}

    private void charge(UUID node) {
        try {
            Optional<Opening> opened = database.inTransaction(
                    connection -> ChargeStore.take(connection, node) ? open(connection, node) : Optional.empty());
            opened.ifPresent(one -> LOG.log(
                    Level.INFO,
                    () -> "charge.opened charge=" + one.id() + " node=" + node + " address=" + one.address()
                            + " answers=" + one.answers().size()));
        } catch (RuntimeException e) {
            // the next round begins with the others
            LOG.log(Level.ERROR, () -> "charge.failed node=" + node, e);
            database.doInTransaction(connection -> ChargeStore.comeAgain(connection, node));
        }
    }

    private Optional<Opening> open(Connection connection, UUID node) throws SQLException {
        if (config.referee() == Referee.NEVER || ChargeStore.waitForOpen(connection, node)) {
            return Optional.empty();
        }
        // in the order of cases, in which they are locked
        var given = new TreeMap<UUID, Given>();
        List<Wrong> answers = chargeable(connection, node, given);
        if (answers.size() < Charge.WRONG_ENOUGH) {
            LOG.log(Level.INFO, () -> "charge.not_opened node=" + node + " answers=" + answers.size());
            return Optional.empty();
        }
        Instant now = Instant.now();
        long runtimes = answers.stream().mapToLong(Wrong::maxRuntimeS).sum();
        Instant until = now.plus(config.refereeWindow()).plusSeconds(runtimes);
        var workloads = new TreeMap<UUID, String>();
        answers.forEach(one -> workloads.put(one.parent(), one.workload()));
        for (var one : workloads.entrySet()) {
            RefereeStore.open(
                    connection,
                    one.getKey(),
                    one.getValue(),
                    Objects.requireNonNull(given.get(one.getKey())),
                    config.findings(),
                    until);
        }
        var opening =
                new Opening(Ids.next(now), node, answers.getFirst().claim().node(), until, config.findings(), answers);
        ChargeStore.open(connection, opening);
        return Optional.of(opening);
    }

    /** Signed with one key, and such that a validator may be given the request, and does the very one that the node signed for. */
    private static List<Wrong> chargeable(Connection connection, UUID node, TreeMap<UUID, Given> given)
            throws SQLException {
        var answers = new ArrayList<Wrong>();
        for (Wrong one : ChargeStore.wrong(connection, node, LOOKED_THROUGH)) {
            String asked = one.claim().requestSha();
            boolean otherKey = !answers.isEmpty()
                    && !answers.getFirst().claim().node().equals(one.claim().node());
            boolean otherCase =
                    one.request() != null && !WorkRequest.digest(one.request()).equals(asked);
            if (asked == null || otherKey || otherCase || !WorkRequest.isExact(one.workload())) {
                continue;
            }
            Optional<Given> request = RefereeStore.request(connection, one.parent(), true)
                    .filter(found -> found.work().sha().filter(asked::equals).isPresent());
            if (request.isPresent()) {
                given.put(one.parent(), request.get());
                answers.add(one);
            }
            if (answers.size() == Charge.MAX_ANSWERS) {
                break;
            }
        }
        return answers;
    }

    // deciding -------------------------------------------------------------------------------------------------------

    private void look(UUID id) {
        try {
            Optional<Outcome> outcome = database.inTransaction(connection -> {
                Optional<Open> locked = ChargeStore.lock(connection, id);
                return locked.isPresent() ? decide(connection, locked.get()) : Optional.empty();
            });
            outcome.ifPresent(one -> LOG.log(Level.INFO, () -> "charge.closed charge=" + id + " outcome=" + one));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, () -> "charge.failed charge=" + id, e);
            database.doInTransaction(connection -> ChargeStore.putOff(connection, id));
        }
    }

    /** @return what came of it, when that is new */
    private static Optional<Outcome> decide(Connection connection, Open charge) throws SQLException {
        Optional<Outcome> outcome = Optional.empty();
        if (!charge.decided()) {
            Tally tally = ChargePolicy.of(ChargeStore.answers(connection, charge), charge.over());
            outcome = tally.outcome();
            ChargeStore.tally(connection, charge, tally);
            if (outcome.filter(Outcome.CLEARED::equals).isPresent()) {
                Records.cleared(connection, charge.node(), tally.right(), charge.openedAt());
            }
        }
        if (charge.over()) {
            ChargeStore.end(connection, charge);
        } else {
            ChargeStore.sleep(connection, charge);
        }
        return outcome;
    }
}
