package io.pithead.coordinator.feed;

import io.pithead.coordinator.feed.core.FeedLimits;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import jakarta.enterprise.context.ApplicationScoped;

/** How many jobs may be followed at once. */
@ApplicationScoped
public class FeedConfig implements ConfigSection {
    static final FeedLimits DEFAULTS = new FeedLimits(2_000, 64);
    private static final int MAX = 50_000;

    private FeedLimits limits = DEFAULTS;

    @Override
    public void read(ConfigReader reader) {
        limits = new FeedLimits(
                reader.integer("pithead.feed.max-streams", DEFAULTS.maxStreams(), 1, MAX),
                reader.integer("pithead.feed.max-streams-per-key", DEFAULTS.maxStreamsPerKey(), 1, MAX));
    }

    FeedLimits limits() {
        return limits;
    }
}
