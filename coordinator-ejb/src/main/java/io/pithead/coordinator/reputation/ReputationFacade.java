package io.pithead.coordinator.reputation;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.reputation.ReputationStore.Row;
import io.pithead.coordinator.reputation.core.Reputation;
import io.pithead.coordinator.reputation.core.Reputation.Score;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.node.NodeReputation;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.UUID;

/** What a node has shown, for everybody who would rely on it. */
@ApplicationScoped
public class ReputationFacade {
    @Inject
    Database database;

    /** As of now; dispatch knows it some seconds later. */
    public NodeReputation get(UUID node) {
        return database.withConnection(connection -> ReputationStore.find(connection, node))
                .map(ReputationFacade::view)
                .orElseThrow(() -> new CoordinatorException(ErrorCode.NODE_NOT_FOUND, "There is no such node."));
    }

    private static NodeReputation view(Row row) {
        Reputation.Inputs inputs = row.track().inputs(row.age(), row.stake(), row.now());
        Score score = Reputation.of(inputs);
        Reputation.Factors factors = score.factors();
        return new NodeReputation(
                row.node(),
                score.value(),
                row.track().isNewcomer(),
                new NodeReputation.Inputs(
                        inputs.right(),
                        inputs.wrong(),
                        inputs.uptime(),
                        inputs.speed(),
                        row.track().compared(),
                        inputs.age().toSeconds(),
                        inputs.stake()),
                new NodeReputation.Factors(
                        factors.honesty(),
                        factors.evidence(),
                        factors.uptime(),
                        factors.speed(),
                        factors.age(),
                        factors.stake()),
                new NodeReputation.Suspicion(
                        row.suspicion().points(), row.suspicion().isSuspect(), row.suspendedUntil()),
                row.now());
    }
}
