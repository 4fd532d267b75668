package io.pithead.coordinator.challenge;

import io.pithead.coordinator.discovery.Validators;

/** Wired as the container does. */
@SuppressWarnings("UnnecessaryAssignment") // stands in for the container
public final class SeatsDesk {
    private SeatsDesk() {}

    public static ValidatorSeats seats() {
        var seats = new ValidatorSeats();
        seats.validators = new Validators();
        return seats;
    }
}
