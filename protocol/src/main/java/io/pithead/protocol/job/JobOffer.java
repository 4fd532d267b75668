package io.pithead.protocol.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as a miner gets it. {@code lease} is the fencing token: it goes with every progress, proof and failure. The
 * AITBC guide's script reads {@code id} and {@code workload} only.
 */
public record JobOffer(
        UUID id,
        String workload,
        @Nullable JsonNode params,
        @Nullable JsonNode payload,
        JobLimits limits,
        long lease,
        Instant leaseExpiresAt,
        int attempt,
        List<InputRef> inputs,
        @Nullable Instant deadline) {
    public JobOffer {
        inputs = List.copyOf(inputs);
    }
}
