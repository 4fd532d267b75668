package io.pithead.protocol.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One change: who, when, what, to what.
 *
 * @param user the person, where it was no key
 * @param from the address of the request, where there was one
 * @param before how it was, where there was something before
 */
public record AuditEntry(
        UUID id,
        Instant at,
        UUID account,
        String keyHint,
        @Nullable UUID user,
        @Nullable String from,
        String action,
        String target,
        @Nullable JsonNode before,
        JsonNode facts) {}
