package io.pithead.coordinator.dispute;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.protocol.job.JobRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How long a dispute may take, and what cannot be disputed. */
@ApplicationScoped
public class DisputeConfig implements ConfigSection {
    private Duration window = Duration.ofHours(6);
    private Set<String> never = Set.of();

    @Override
    public void read(ConfigReader reader) {
        window = reader.duration("pithead.dispute.window", window, Duration.ofSeconds(1), Duration.ofDays(7));
        never = reader.parsed(
                "pithead.dispute.never-the-same", never, "none", "workloads, with commas", DisputeConfig::workloads);
    }

    private static Optional<Set<String>> workloads(String text) {
        Set<String> named = Stream.of(text.split(",", -1)).map(String::strip).collect(Collectors.toUnmodifiableSet());
        return named.stream().allMatch(name -> JobRequest.WORKLOAD.matcher(name).matches())
                ? Optional.of(named)
                : Optional.empty();
    }

    Duration window() {
        return window;
    }

    /** Workloads that give another output each time. */
    Set<String> never() {
        return never;
    }
}
