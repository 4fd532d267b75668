package io.pithead.protocol.node;

import java.time.Instant;
import java.util.List;

/** What the server has to say to a miner that beats; {@code heartbeat_secs} is when to beat next. */
public record HeartbeatAnswer(Instant serverTime, int heartbeatSecs, int pollSecs, List<Directive> directives) {
    public HeartbeatAnswer {
        directives = List.copyOf(directives);
    }
}
