package io.pithead.coordinator.artifact;

import io.pithead.coordinator.artifact.core.ArtifactLimits;
import io.pithead.coordinator.artifact.core.Pace;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.coordinator.platform.DataDirectory;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where artifacts lie and how many of them there may be. */
@ApplicationScoped
public class ArtifactConfig implements ConfigSection {
    private static final String FOLDER = "artifacts";
    static final ArtifactLimits DEFAULTS =
            new ArtifactLimits(8L << 30, 64L << 30, 512L << 20, Duration.ofDays(30), Duration.ofDays(1), 48, 12);

    /** Slower than any link worth serving; faster than what holds a thread for free. */
    static final Pace PACE = new Pace(Duration.ofSeconds(30), 4096);

    private static final long MAX_BYTES = 1L << 50;
    private static final int MAX_TRANSFERS = 10_000;

    private Path root = Path.of(FOLDER);
    private ArtifactLimits limits = DEFAULTS;
    private Optional<BucketConfig> bucket = Optional.empty();

    @Override
    public void read(ConfigReader reader) {
        root = DataDirectory.read(reader).resolve(FOLDER);
        limits = new ArtifactLimits(
                reader.number("pithead.artifact.max-bytes", DEFAULTS.maxBytes(), 1, MAX_BYTES),
                reader.number("pithead.artifact.quota-bytes", DEFAULTS.quotaBytes(), 1, MAX_BYTES),
                reader.number("pithead.artifact.min-free-bytes", DEFAULTS.minFreeBytes(), 0, MAX_BYTES),
                reader.duration(
                        "pithead.artifact.retention", DEFAULTS.retention(), Duration.ofHours(1), Duration.ofDays(3650)),
                reader.duration(
                        "pithead.artifact.partial-retention",
                        DEFAULTS.partialRetention(),
                        Duration.ofMinutes(1),
                        Duration.ofDays(365)),
                reader.integer("pithead.artifact.max-transfers", DEFAULTS.maxTransfers(), 1, MAX_TRANSFERS),
                reader.integer(
                        "pithead.artifact.max-transfers-per-account",
                        DEFAULTS.maxTransfersPerAccount(),
                        1,
                        MAX_TRANSFERS));
        bucket = BucketConfig.read(reader);
    }

    Path root() {
        return root;
    }

    /** Empty when artifacts lie in the folder. */
    Optional<BucketConfig> bucket() {
        return bucket;
    }

    ArtifactLimits limits() {
        return limits;
    }
}
