package io.pithead.coordinator.health;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.coordinator.platform.DataDirectory;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;

/** What an instance needs to be called ready. */
@ApplicationScoped
public class HealthConfig implements ConfigSection {
    private static final int DEFAULT_MIN_FREE_MB = 256;
    private static final int MAX_MIN_FREE_MB = 1 << 30;

    private Path data = Path.of(".");
    private int minFreeMb = DEFAULT_MIN_FREE_MB;
    private boolean brokerRequired = true;

    @Override
    public void read(ConfigReader reader) {
        data = DataDirectory.read(reader);
        minFreeMb = reader.integer("pithead.health.min-free-mb", minFreeMb, 1, MAX_MIN_FREE_MB);
        brokerRequired = reader.flag("pithead.health.broker-required", brokerRequired);
    }

    Path data() {
        return data;
    }

    int minFreeMb() {
        return minFreeMb;
    }

    /** Without the broker work is found by the slow poll: several instances behind a balancer may prefer to stay in. */
    public boolean isBrokerRequired() {
        return brokerRequired;
    }
}
