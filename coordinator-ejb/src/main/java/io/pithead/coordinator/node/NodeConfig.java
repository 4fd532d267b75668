package io.pithead.coordinator.node;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How fast nodes may beat and poll, how many an account may have, and what an unregistered one is taken to run. */
@ApplicationScoped
public class NodeConfig implements ConfigSection {
    /** The only workload that the AITBC guide's script really runs; the others it answers with a placeholder. */
    private static final List<String> SEED_WORKLOADS = List.of("torch_bench");

    private int heartbeatsPerSecond = 1_000;
    private Duration poll = Duration.ofSeconds(3);
    private Duration maxWait = Duration.ofSeconds(30);
    private int maxPerAccount = 100_000;
    private List<String> seedWorkloads = SEED_WORKLOADS;

    @Override
    public void read(ConfigReader reader) {
        heartbeatsPerSecond = reader.integer("pithead.node.heartbeats-per-second", heartbeatsPerSecond, 1, 100_000);
        poll = reader.duration("pithead.node.poll", poll, Duration.ofSeconds(1), Duration.ofMinutes(5));
        maxWait = reader.duration("pithead.node.max-wait", maxWait, Duration.ZERO, Duration.ofSeconds(30));
        maxPerAccount = reader.integer("pithead.node.max-per-account", maxPerAccount, 1, 10_000_000);
        seedWorkloads = reader.parsed(
                "pithead.node.seed-workloads",
                SEED_WORKLOADS,
                String.join(",", SEED_WORKLOADS),
                "workload names separated by commas",
                text -> Optional.of(
                        Stream.of(text.split(",")).map(String::strip).toList()));
    }

    int heartbeatsPerSecond() {
        return heartbeatsPerSecond;
    }

    Duration poll() {
        return poll;
    }

    public Duration maxWait() {
        return maxWait;
    }

    int maxPerAccount() {
        return maxPerAccount;
    }

    List<String> seedWorkloads() {
        return seedWorkloads;
    }
}
