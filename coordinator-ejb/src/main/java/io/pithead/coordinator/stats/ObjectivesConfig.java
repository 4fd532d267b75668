package io.pithead.coordinator.stats;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.coordinator.stats.core.Objective.Targets;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** What the operator means to keep to. */
@ApplicationScoped
public class ObjectivesConfig implements ConfigSection {
    private static final double PERCENT = 100;

    private int success = 99;
    private Duration wait = Duration.ofMinutes(1);
    private Duration oldest = Duration.ofMinutes(10);
    private int online = 90;
    private int watched = 99;

    @Override
    public void read(ConfigReader reader) {
        success = reader.integer("pithead.objective.success-percent", success, 1, 100);
        wait = reader.duration("pithead.objective.wait", wait, Duration.ofMillis(1), Duration.ofDays(1));
        oldest = reader.duration("pithead.objective.oldest", oldest, Duration.ofSeconds(1), Duration.ofDays(7));
        online = reader.integer("pithead.objective.online-percent", online, 1, 100);
        watched = reader.integer("pithead.objective.watched-percent", watched, 1, 100);
    }

    Targets targets() {
        return new Targets(success / PERCENT, wait.toMillis(), oldest.toSeconds(), online / PERCENT, watched / PERCENT);
    }
}
