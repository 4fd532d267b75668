package io.pithead.coordinator.reputation;

import io.pithead.coordinator.node.Suspensions;
import io.pithead.coordinator.reputation.ReputationStore.Change;
import io.pithead.coordinator.reputation.ReputationStore.Row;
import io.pithead.coordinator.reputation.ReputationStore.Suspected;
import io.pithead.coordinator.reputation.core.Sanction;
import io.pithead.coordinator.reputation.core.Sanction.Measure;
import io.pithead.coordinator.reputation.core.Sanction.Suspicion;
import io.pithead.coordinator.reputation.core.Track;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What judges tell of nodes, and ask of them, in their own transactions. */
public final class Records {
    private Records() {}

    /**
     * @param right nodes that answered right, each with the time that others took for the same work divided by its own; NaN where
     *     nobody else's is known
     * @param wrong nodes whose answer was judged wrong
     */
    public static void judged(Connection connection, Map<UUID, Double> right, Set<UUID> wrong) throws SQLException {
        var nodes = new HashSet<>(right.keySet());
        nodes.addAll(wrong);
        if (nodes.isEmpty()) {
            return;
        }
        List<Row> rows = ReputationStore.lock(connection, nodes);
        var changes = new ArrayList<Change>();
        var suspected = new ArrayList<Suspected>();
        for (Row row : rows) {
            Track track = row.track();
            Suspicion suspicion = row.suspicion();
            if (wrong.contains(row.node())) {
                track = track.afterWrong(row.now());
                suspicion = suspicion.afterWrong();
            }
            if (right.containsKey(row.node())) {
                track = track.afterRight(right.get(row.node()));
                suspicion = suspicion.afterRight();
            }
            boolean known = row.track().isNewcomer() != track.isNewcomer()
                    || row.suspicion().isSuspect() != suspicion.isSuspect();
            // the score follows with the next look, which is due at once
            changes.add(new Change(row.node(), track, row.stake(), row.score(), row.lookedAt(), known, row.now()));
            suspected.add(suspected(row, suspicion));
        }
        ReputationStore.write(connection, changes);
        ReputationStore.suspect(connection, suspected);
        for (Suspected one : suspected) {
            if (one.suspended() != null) {
                Suspensions.begin(connection, one.node(), one.suspended());
                ReputationStore.charge(connection, one.node());
            }
        }
    }

    /**
     * So many of its answers that were judged wrong are right: what they counted is taken back, and a suspension with it.
     *
     * @param charged when it was charged with them: a suspension from after that has other reasons, and stays
     */
    public static void cleared(Connection connection, UUID node, int answers, Instant charged) throws SQLException {
        for (Row row : ReputationStore.lock(connection, Set.of(node))) {
            Track track = row.track();
            Suspicion suspicion = row.suspicion();
            for (int i = 0; i < answers; i++) {
                track = track.afterCleared(row.now());
                suspicion = suspicion.afterCleared();
            }
            ReputationStore.write(
                    connection,
                    List.of(new Change(node, track, row.stake(), row.score(), row.lookedAt(), true, row.now())));
            ReputationStore.suspect(connection, List.of(new Suspected(node, suspicion, null)));
            Instant until = row.suspendedUntil();
            if (until == null || !until.minus(Sanction.SUSPENSION).isAfter(charged)) {
                ReputationStore.release(connection, node);
                Suspensions.end(connection, Set.of(node));
            }
        }
    }

    private static Suspected suspected(Row row, Suspicion suspicion) {
        Measure measure = Sanction.measure(suspicion);
        if (measure == Measure.NONE || measure == Measure.SUSPECT) {
            return new Suspected(row.node(), suspicion, null);
        }
        Instant until = row.now().plus(Sanction.SUSPENSION);
        return new Suspected(row.node(), suspicion.afterSuspension(), until);
    }

    /** Whether so many of its answers were wrong that all of them are compared. */
    public static boolean isSuspect(Connection connection, UUID node) throws SQLException {
        return ReputationStore.find(connection, node)
                .map(row -> row.suspicion().isSuspect())
                .orElse(false);
    }
}
