package io.pithead.coordinator.lease;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** How long leases last and how fast failed attempts are repeated. */
@ApplicationScoped
public class LeaseConfig implements ConfigSection {
    private Duration ttl = Duration.ofSeconds(60);
    private Duration seedGrace = Duration.ofSeconds(60);
    private Duration disconnectGrace = Duration.ofMinutes(15);
    private Duration firstBackoff = Duration.ofSeconds(2);
    private Duration maxBackoff = Duration.ofMinutes(5);
    private boolean signedProofs;

    @Override
    public void read(ConfigReader reader) {
        ttl = reader.duration("pithead.lease.ttl", ttl, Duration.ofSeconds(3), Duration.ofMinutes(30));
        seedGrace = reader.duration("pithead.lease.seed-grace", seedGrace, Duration.ZERO, Duration.ofHours(1));
        disconnectGrace = reader.duration(
                "pithead.lease.disconnect-grace", disconnectGrace, Duration.ofSeconds(3), Duration.ofDays(7));
        signedProofs = reader.flag("pithead.lease.signed-proofs", signedProofs);
        firstBackoff = reader.duration("pithead.lease.first-backoff", firstBackoff, Duration.ZERO, Duration.ofHours(1));
        maxBackoff =
                reader.duration("pithead.lease.max-backoff", maxBackoff, Duration.ofSeconds(1), Duration.ofDays(1));
    }

    public Duration ttl() {
        return ttl;
    }

    /** From one sign of life of its holder to the end of a lease. */
    Duration term(boolean container) {
        return container ? disconnectGrace : ttl;
    }

    /** Added to the job's longest run time for a miner that does not renew: fetching, starting and posting take time. */
    public Duration seedGrace() {
        return seedGrace;
    }

    /** How long a node may be away before its containers are given up. */
    public Duration disconnectGrace() {
        return disconnectGrace;
    }

    /** Whether a proof is only taken with its node's signature: who signs nothing answers for nothing. */
    boolean signedProofs() {
        return signedProofs;
    }

    Duration firstBackoff() {
        return firstBackoff;
    }

    Duration maxBackoff() {
        return maxBackoff;
    }
}
