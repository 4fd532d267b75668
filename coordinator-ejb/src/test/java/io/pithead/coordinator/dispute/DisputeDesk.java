package io.pithead.coordinator.dispute;

import io.pithead.coordinator.ledger.LedgerDesk;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.testing.Scene;
import io.pithead.protocol.job.DisputeRequest;
import io.pithead.protocol.job.DisputeView;
import java.util.Optional;
import java.util.UUID;

/** The real classes of disputes, wired as the container does. */
@SuppressWarnings("UnnecessaryAssignment") // stands in for the container
final class DisputeDesk {
    static final String NEVER = "dice";

    private final Scene scene;
    final DisputeFacade facade = new DisputeFacade();
    final DisputeRounds rounds = new DisputeRounds();

    DisputeDesk(Scene scene) {
        this.scene = scene;
        facade.database = scene.database;
        facade.ledger = scene.ledger;
        facade.config = new DisputeConfig();
        facade.config.read(new ConfigReader(
                key -> key.equals("pithead.dispute.never-the-same") ? Optional.of(NEVER) : Optional.empty()));
        rounds.database = scene.database;
        rounds.ledger = scene.ledger;
    }

    DisputeView open(UUID buyer, UUID job) {
        return facade.open(buyer, job, new DisputeRequest("it is wrong"), (connection, view) -> {});
    }

    int mature() {
        return LedgerDesk.mature(scene.database, scene.ledger);
    }
}
