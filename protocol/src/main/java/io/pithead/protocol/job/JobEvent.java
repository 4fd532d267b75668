package io.pithead.protocol.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One row of a job's history: what it became, when, by whom ({@code buyer}, {@code node:…}, {@code coordinator}) and why. */
public record JobEvent(
        int seq,
        JobState state,
        Instant at,
        String actor,
        int attempt,
        @Nullable Long lease,
        @Nullable String reason) {}
