package io.pithead.coordinator.chain;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.coordinator.platform.DataDirectory;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Whether there are chains, and which. */
@ApplicationScoped
public class ChainConfig implements ConfigSection {
    private static final String FILE = "pithead.chain.file";
    private static final String DEV_URL = "pithead.chain.dev.url";
    private static final Path NONE = Path.of("");
    private static final URI NO_URL = URI.create("");
    private static final long DEV_CHAIN_ID = 31_337;

    private List<ChainSettings> chains = List.of();
    private Path devFolder = NONE;
    private Duration timeout = Duration.ofSeconds(10);

    @Override
    public void read(ConfigReader reader) {
        boolean enabled = reader.flag("pithead.chain.enabled", true);
        Path file = reader.parsed(FILE, NONE, "none", "a path", text -> Optional.of(Path.of(text)));
        timeout = reader.duration("pithead.chain.timeout", timeout, Duration.ofSeconds(1), Duration.ofSeconds(60));
        URI dev = reader.parsed(DEV_URL, NO_URL, "none", "http://HOST:PORT", text -> ChainsFile.url(text));
        devFolder = DataDirectory.read(reader).resolve("chain");
        if (!file.equals(NONE) && !dev.equals(NO_URL)) {
            reader.problem(FILE + " and " + DEV_URL + " must not both be set");
        }
        if (!enabled || (file.equals(NONE) && dev.equals(NO_URL))) {
            return;
        }
        ChainsFile.Outcome outcome =
                ChainsFile.read(file.equals(NONE) ? new DevChain(devFolder).prepare(dev, DEV_CHAIN_ID) : file);
        outcome.problems().forEach(problem -> reader.problem(FILE + ": " + problem));
        chains = outcome.chains();
    }

    /** The files of a development chain of ours. */
    DevChain devChain() {
        return new DevChain(devFolder);
    }

    /** None where chains are off. */
    List<ChainSettings> chains() {
        return chains;
    }

    /** For one answer of a node. */
    Duration timeout() {
        return timeout;
    }
}
