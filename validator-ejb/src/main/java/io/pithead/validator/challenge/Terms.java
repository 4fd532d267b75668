package io.pithead.validator.challenge;

import io.pithead.validator.challenge.core.ChallengePolicy;
import io.pithead.validator.challenge.core.ContainerPolicy;
import io.pithead.validator.challenge.core.Duty;
import io.pithead.validator.challenge.core.MemoryPolicy;
import io.pithead.validator.challenge.core.NetworkPolicy;
import io.pithead.validator.challenge.core.StoragePolicy;
import java.time.Duration;

/**
 * How this validator challenges.
 *
 * @param epoch for which nodes are dealt to the chain's validators
 * @param coreSpeed multiplications and additions in a second that any core makes
 * @param good how long an attestation says something of a node
 * @param maxOpen challenges at a time
 * @param retention of challenges that are over; attestations stay
 */
record Terms(
        ChallengePolicy challenges,
        MemoryPolicy memory,
        StoragePolicy storage,
        NetworkPolicy network,
        ContainerPolicy container,
        Duty duty,
        Duration epoch,
        double coreSpeed,
        Duration good,
        int maxOpen,
        Duration retention) {
    /** Until a planned challenge has to be on its way; then the node is planned anew. */
    static final Duration PREPARE = Duration.ofMinutes(10);
    /** Until a message that nobody seems to have had is sent again. */
    static final Duration HINT = Duration.ofSeconds(30);
}
