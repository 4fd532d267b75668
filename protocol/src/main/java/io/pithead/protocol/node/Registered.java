package io.pithead.protocol.node;

import java.time.Instant;

/** The answer to a registration; times in seconds. The server sets the pace. */
public record Registered(
        String minerId, String nodeId, int heartbeatSecs, int pollSecs, int maxWaitSecs, Instant serverTime) {}
