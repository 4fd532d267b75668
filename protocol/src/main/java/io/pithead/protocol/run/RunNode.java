package io.pithead.protocol.run;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A node of a run.
 *
 * @param state one of DISCOVERED, WAITING_FOR_HEARTBEAT, HEALTHY, UNHEALTHY, DEAD, EJECTED, BANNED, LOW_BALANCE
 * @param reason why it is in this state
 * @param node the machine, once its miner has shown that it has the node's key
 */
public record RunNode(
        String address,
        String provider,
        String state,
        String reason,
        Instant since,
        @Nullable UUID node) {}
