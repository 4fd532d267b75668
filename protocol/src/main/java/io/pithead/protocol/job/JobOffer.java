package io.pithead.protocol.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.task.ContainerSpec;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as a miner gets it. {@code lease} is the fencing token: it goes with every progress, proof and failure. The
 * AITBC guide's script reads {@code id} and {@code workload} only. {@code container} is there when the workload is
 * {@link #CONTAINER}.
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
        @Nullable Instant deadline,
        @Nullable ContainerSpec container) {
    /** The workload of a task's jobs. */
    public static final String CONTAINER = "container";

    public JobOffer {
        inputs = List.copyOf(inputs);
    }
}
