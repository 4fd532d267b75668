package io.pithead.coordinator.stats;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import jakarta.enterprise.context.ApplicationScoped;

/** Whether everybody may see who works most. */
@ApplicationScoped
public class LeaderboardConfig implements ConfigSection {
    private boolean enabled = true;

    @Override
    public void read(ConfigReader reader) {
        enabled = reader.flag("pithead.leaderboard.enabled", enabled);
    }

    public boolean enabled() {
        return enabled;
    }
}
