package io.pithead.validator.challenge;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How this validator does jobs once more.
 *
 * @param command that starts the miner's program
 * @param image of the container
 * @param limit of one job
 */
record RefereeTerms(Place place, List<String> command, Optional<String> image, Duration limit) {
    static final RefereeTerms OFF =
            new RefereeTerms(Place.OFF, List.of("pithead-miner"), Optional.empty(), Duration.ofMinutes(10));

    /** Where the work runs. */
    enum Place {
        OFF,
        CONTAINER,
        /** As a process of the miner's own code: only where the operator says so. */
        PROCESS
    }
}
