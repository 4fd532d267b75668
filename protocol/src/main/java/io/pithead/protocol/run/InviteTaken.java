package io.pithead.protocol.run;

import java.util.UUID;

/** The coordinator has the node's word and brings it to the chain; a heartbeat no longer has the invite. */
public record InviteTaken(UUID id, UUID run, String node) {}
