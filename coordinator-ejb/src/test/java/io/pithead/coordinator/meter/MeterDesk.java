package io.pithead.coordinator.meter;

import io.pithead.coordinator.receipt.ReceiptDesk;
import io.pithead.coordinator.testing.Scene;
import io.pithead.testing.Scratch;

/** The real classes of this component, wired as the container does, for tests of every package. Its slices are minutes. */
public final class MeterDesk {
    public final MeterFacade facade = new MeterFacade();
    public final MeterRounds rounds = new MeterRounds();

    public MeterDesk(Scene scene) {
        facade.ledger = scene.ledger;
        facade.config = new MeterConfig();
        rounds.database = scene.database;
        rounds.ledger = scene.ledger;
        rounds.config = facade.config;
        rounds.jobs = scene.jobs.facade();
        rounds.signer = ReceiptDesk.signer(scene.database, Scratch.folder("pithead-keys"));
    }
}
