package io.pithead.protocol.job;

import java.time.Instant;
import java.util.UUID;

/** A case that waits for a validator's finding. */
public record RefereeOffer(UUID id, String workload, Instant until) {}
