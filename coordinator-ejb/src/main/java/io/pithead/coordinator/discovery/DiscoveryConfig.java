package io.pithead.coordinator.discovery;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.coordinator.platform.DataDirectory;
import io.pithead.protocol.signing.SignedRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Settings of the registry. It is off until it is told by which names signers mean it. */
@ApplicationScoped
public class DiscoveryConfig implements ConfigSection {
    private static final int MAX_AUDIENCES = 16;
    private static final int MAX_PER_PLACE = 100_000;
    private static final int MAX_PER_MINUTE = 10_000_000;
    /** The form of an origin (RFC 6454, §6.2), which is what a client knows of the server it means. */
    private static final Pattern ORIGIN = Pattern.compile("https?://[a-z0-9.\\-\\[\\]:]+");

    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,64}");

    private Set<String> audiences = Set.of();
    private Duration ttl = Duration.ofMinutes(15);
    private int maxPerPlace = 4;
    private int requestsPerMinute = 120;
    private Path keyFile = Path.of("discovery-origin.key");
    private String addressHeader = "";

    @Override
    public void read(ConfigReader reader) {
        audiences = reader.parsed(
                "pithead.discovery.audience",
                audiences,
                "none",
                "at most " + MAX_AUDIENCES + " origins such as https://coordinator.example.net, separated by commas",
                DiscoveryConfig::audiences);
        ttl = reader.duration("pithead.discovery.ttl", ttl, Duration.ofSeconds(3), Duration.ofDays(7));
        maxPerPlace = reader.integer("pithead.discovery.max-nodes-per-ip", maxPerPlace, 1, MAX_PER_PLACE);
        requestsPerMinute =
                reader.integer("pithead.discovery.requests-per-minute", requestsPerMinute, 1, MAX_PER_MINUTE);
        addressHeader = reader.parsed(
                "pithead.discovery.address-header",
                addressHeader,
                "none",
                "the name of a header",
                text -> Optional.of(text).filter(name -> HEADER.matcher(name).matches()));
        Path data = DataDirectory.read(reader);
        keyFile = reader.path("pithead.discovery.key.file", data.resolve("keys").resolve("discovery-origin.key"));
    }

    private static Optional<Set<String>> audiences(String text) {
        Set<String> names = Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        boolean good = names.size() <= MAX_AUDIENCES
                && names.stream()
                        .allMatch(name -> name.length() <= SignedRequest.MAX_AUDIENCE
                                && ORIGIN.matcher(name).matches());
        return good ? Optional.of(Collections.unmodifiableSet(names)) : Optional.empty();
    }

    /** The name by which nodes are sent here; the first that is configured. */
    public Optional<String> origin() {
        return audiences.stream().findFirst();
    }

    public boolean isOn() {
        return !audiences.isEmpty();
    }

    boolean isMeantBy(String audience) {
        return audiences.contains(audience);
    }

    /** A node that is silent for so long is no longer listed. */
    public Duration ttl() {
        return ttl;
    }

    /** Nodes that announce themselves from one address, or one IPv6 network. */
    int maxPerPlace() {
        return maxPerPlace;
    }

    /** Of one signer, per instance. */
    public int requestsPerMinute() {
        return requestsPerMinute;
    }

    /** Where a proxy of the operator's own says whose request it is; empty where there is none. */
    public String addressHeader() {
        return addressHeader;
    }

    Path keyFile() {
        return keyFile;
    }
}
