package io.pithead.coordinator.log;

import io.pithead.coordinator.log.core.LogLimits;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** How much of a job's output is kept, and how long after its end more is taken. */
@ApplicationScoped
public class LogConfig implements ConfigSection {
    static final long DEFAULT_BYTES = 1L << 20;
    static final Duration DEFAULT_GRACE = Duration.ofMinutes(5);
    private static final long MAX_BYTES = 1L << 26;

    private LogLimits limits = LogLimits.of(DEFAULT_BYTES);
    private Duration grace = DEFAULT_GRACE;
    private int maxReaders = 1_000;

    @Override
    public void read(ConfigReader reader) {
        limits = LogLimits.of(reader.number("pithead.log.max-bytes", DEFAULT_BYTES, LogLimits.MIN_BYTES, MAX_BYTES));
        grace = reader.duration("pithead.log.grace", DEFAULT_GRACE, Duration.ZERO, Duration.ofHours(1));
        maxReaders = reader.integer("pithead.log.max-readers", maxReaders, 1, 50_000);
    }

    /** Readers that follow output at once, per instance. */
    int maxReaders() {
        return maxReaders;
    }

    LogLimits limits() {
        return limits;
    }

    Duration grace() {
        return grace;
    }
}
