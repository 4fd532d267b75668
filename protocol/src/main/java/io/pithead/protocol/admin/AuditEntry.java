package io.pithead.protocol.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;

/** One change that an operator made: who, when, what, to what. */
public record AuditEntry(
        UUID id, Instant at, UUID account, String keyHint, String action, String target, JsonNode facts) {}
