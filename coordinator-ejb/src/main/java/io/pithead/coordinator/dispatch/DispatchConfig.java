package io.pithead.coordinator.dispatch;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** How this instance hears of work. */
@ApplicationScoped
public class DispatchConfig implements ConfigSection {
    private Duration look = Duration.ofSeconds(1);

    @Override
    public void read(ConfigReader reader) {
        look = reader.duration("pithead.dispatch.look", look, Duration.ofMillis(100), Duration.ofMinutes(10));
    }

    /** The pause between two looks at the queues for what no hint told of. */
    Duration look() {
        return look;
    }
}
