package io.pithead.coordinator.reputation;

import io.pithead.coordinator.reputation.ReputationStore.Change;
import io.pithead.coordinator.reputation.core.Track;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What judges tell of nodes, in their own transactions. */
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
        ReputationStore.write(
                connection,
                ReputationStore.lock(connection, nodes).stream()
                        .map(row -> {
                            Track track = row.track();
                            if (wrong.contains(row.node())) {
                                track = track.afterWrong(row.now());
                            }
                            if (right.containsKey(row.node())) {
                                track = track.afterRight(right.get(row.node()));
                            }
                            boolean known = row.track().isNewcomer() && !track.isNewcomer();
                            // the score follows with the next look, which is due at once
                            return new Change(
                                    row.node(), track, row.stake(), row.score(), row.lookedAt(), known, row.now());
                        })
                        .toList());
    }
}
