package io.pithead.protocol.job;

import java.time.Instant;

/** {@code cancel} tells the miner that the buyer no longer wants the job: stop it and post nothing. */
public record ProgressAnswer(Instant leaseExpiresAt, boolean cancel) {}
