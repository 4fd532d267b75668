package io.pithead.miner.agent.core;

import java.time.Duration;

/** When to beat and to poll next, and how long a poll may be parked. The coordinator's word replaces the owner's. */
public record Pace(Duration heartbeat, Duration poll, Duration maxWait) {
    static final Duration LEAST_HEARTBEAT = Duration.ofMillis(200);
    static final Duration MOST = Duration.ofHours(1);
    static final Duration MOST_WAIT = Duration.ofSeconds(30);

    public Pace {
        heartbeat = within(heartbeat, LEAST_HEARTBEAT, MOST);
        poll = within(poll, Duration.ZERO, MOST);
        maxWait = within(maxWait, Duration.ZERO, MOST_WAIT);
    }

    /** An answer to a heartbeat names no parking time. */
    Pace at(Duration newHeartbeat, Duration newPoll) {
        return new Pace(newHeartbeat, newPoll, maxWait);
    }

    private static Duration within(Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0) {
            return least;
        }
        return value.compareTo(most) > 0 ? most : value;
    }
}
