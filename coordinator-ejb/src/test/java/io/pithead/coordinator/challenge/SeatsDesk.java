package io.pithead.coordinator.challenge;

import io.pithead.coordinator.discovery.Validators;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Metrics;

/** Wired as the container does. */
@SuppressWarnings("UnnecessaryAssignment") // stands in for the container
public final class SeatsDesk {
    private SeatsDesk() {}

    public static ValidatorSeats seats() {
        var seats = new ValidatorSeats();
        seats.validators = new Validators();
        return seats;
    }

    /** For who brings attestations of its own. */
    public static AttestationFacade attestations(Database database) {
        var attestations = new AttestationFacade();
        attestations.database = database;
        attestations.metrics = new ChallengeMetrics();
        attestations.metrics.metrics = new Metrics();
        attestations.metrics.register();
        return attestations;
    }
}
