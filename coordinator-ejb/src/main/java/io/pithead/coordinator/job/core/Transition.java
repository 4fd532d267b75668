package io.pithead.coordinator.job.core;

import io.pithead.protocol.job.JobState;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One step in the life of a job, as it is written to its history.
 *
 * @param node the holder of the lease, if there is one
 * @param callback its buyer gave a callback URL
 */
public record Transition(
        UUID jobId,
        UUID accountId,
        int seq,
        JobState state,
        Instant at,
        String actor,
        int attempt,
        @Nullable Long lease,
        @Nullable UUID node,
        @Nullable String reason,
        boolean callback) {}
