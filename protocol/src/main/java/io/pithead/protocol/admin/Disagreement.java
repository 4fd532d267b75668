package io.pithead.protocol.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A decision about a job whose replicas did not all agree; {@code evidence} is what each had answered by then. */
public record Disagreement(
        UUID id,
        UUID job,
        Instant at,
        String decision,
        @Nullable String reason,
        JsonNode evidence) {}
