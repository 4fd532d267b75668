package io.pithead.coordinator.challenge;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** How many challenges are carried at once, and how long. */
@ApplicationScoped
public class ChallengeConfig implements ConfigSection {
    private int maxOpen = 1_000;
    private Duration grace = Duration.ofMinutes(10);
    private Duration retention = Duration.ofDays(7);
    private int networkMib = 128;

    @Override
    public void read(ConfigReader reader) {
        maxOpen = reader.integer("pithead.challenge.max-open", maxOpen, 1, 100_000);
        grace = reader.duration("pithead.challenge.grace", grace, Duration.ofSeconds(1), Duration.ofDays(1));
        retention = reader.duration(
                "pithead.challenge.retention", retention, Duration.ofMinutes(1), Duration.ofDays(3_650));
        networkMib = reader.integer("pithead.challenge.network-mib", networkMib, 0, 100_000);
    }

    /** Of one validator. */
    int maxOpen() {
        return maxOpen;
    }

    /** After a message's deadline: for whoever comes next to say something. */
    Duration grace() {
        return grace;
    }

    /** To one node in a day, of all validators together, and half as much back; 0 carries no streams. */
    int networkMib() {
        return networkMib;
    }

    Duration retention() {
        return retention;
    }
}
