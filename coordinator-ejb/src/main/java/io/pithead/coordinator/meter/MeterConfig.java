package io.pithead.coordinator.meter;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Settings of metered containers. */
@ApplicationScoped
public class MeterConfig implements ConfigSection {
    private Duration slice = Duration.ofMinutes(1);

    @Override
    public void read(ConfigReader reader) {
        slice = reader.duration("pithead.meter.slice", slice, Duration.ofSeconds(1), Duration.ofDays(1));
    }

    /** Time between two settlements of a container. */
    public Duration slice() {
        return slice;
    }
}
