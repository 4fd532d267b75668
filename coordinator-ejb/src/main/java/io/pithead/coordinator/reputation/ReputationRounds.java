package io.pithead.coordinator.reputation;

import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.node.Suspensions;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.reputation.ReputationStore.Change;
import io.pithead.coordinator.reputation.ReputationStore.Row;
import io.pithead.coordinator.reputation.core.Reputation;
import io.pithead.coordinator.reputation.core.Track;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Looks at each node every ten minutes, and at once when it was judged, at every instance: bounded batches, a transaction each. */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class ReputationRounds {
    private static final Duration PERIOD = Duration.ofSeconds(2);
    private static final Duration ALLOWED_AGE = Duration.ofSeconds(60);
    static final Duration EVERY = Duration.ofMinutes(10);
    private static final int BATCH = 1_000;
    private static final int MAX_BATCHES = 20;
    /** Less makes no difference to whose turn it is. */
    private static final double WORTH_TELLING = 0.005;

    @Inject
    Database database;

    @Inject
    NodeFacade nodes;

    @Inject
    Stakes stakes;

    @Inject
    Loops loops;

    @PostConstruct
    void start() {
        loops.start("reputation", PERIOD, ALLOWED_AGE, this::tick);
    }

    void tick() {
        round(nodes.pace().offlineAfter());
    }

    void round(Duration offlineAfter) {
        database.doInTransaction(connection -> {
            List<UUID> released = ReputationStore.released(connection, BATCH);
            if (!released.isEmpty()) {
                Suspensions.end(connection, released);
            }
        });
        for (int i = 0; i < MAX_BATCHES && look(offlineAfter) == BATCH; i++) {
            // as many again
        }
    }

    private int look(Duration offlineAfter) {
        return database.inTransaction(connection -> {
            List<Row> due = ReputationStore.due(connection, offlineAfter, BATCH);
            ReputationStore.write(connection, changes(connection, due));
            return due.size();
        });
    }

    private List<Change> changes(Connection connection, List<Row> due) throws SQLException {
        Map<String, Double> staked = stakes.of(
                connection,
                due.stream().map(Row::address).filter(Objects::nonNull).toList());
        var changes = new ArrayList<Change>(due.size());
        for (Row row : due) {
            Track track = row.track().afterLook(row.heard(), Duration.between(row.lookedAt(), row.now()));
            double stake = row.address() == null ? 0 : staked.getOrDefault(row.address(), 0.0);
            double score =
                    Reputation.of(track.inputs(row.age(), stake, row.now())).value();
            boolean moved = Math.abs(score - row.score()) >= WORTH_TELLING;
            // what moved too little to be told is added to what comes, so many small steps are told as well
            changes.add(new Change(
                    row.node(),
                    track,
                    stake,
                    moved ? score : row.score(),
                    row.now(),
                    moved,
                    row.now().plus(EVERY)));
        }
        return changes;
    }
}
