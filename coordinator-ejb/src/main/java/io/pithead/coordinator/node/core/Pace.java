package io.pithead.coordinator.node.core;

import java.time.Duration;

/**
 * The server sets the pace: three heartbeats fit into a lease, and a large fleet beats slower rather than louder, up to
 * that bound. (Nomad caps a cluster at 50 heartbeats/s and stretches the interval; here one instance takes thousands.)
 */
public record Pace(int heartbeatSecs, int pollSecs, int maxWaitSecs) {
    static final int MIN_HEARTBEAT_S = 10;
    static final int BEATS_PER_LEASE = 3;
    /** Missed beats after which a node counts as offline for {@code explain} and the console. */
    public static final int MISSED_BEATS = 4;

    public static Pace of(int nodes, int heartbeatsPerSecond, Duration leaseTtl, Duration poll, Duration maxWait) {
        int byFleet = Math.ceilDiv(nodes, heartbeatsPerSecond);
        int byLease = (int) (leaseTtl.toSeconds() / BEATS_PER_LEASE);
        int secs = Math.min(Math.max(MIN_HEARTBEAT_S, byFleet), Math.max(1, byLease));
        return new Pace(secs, (int) poll.toSeconds(), (int) maxWait.toSeconds());
    }

    public Duration offlineAfter() {
        return Duration.ofSeconds((long) heartbeatSecs * MISSED_BEATS);
    }
}
