package io.pithead.miner.config;

import io.pithead.miner.container.DockerHost;
import io.pithead.miner.container.core.OwnerPolicy.NetworkPolicy;
import io.pithead.miner.container.core.OwnerPolicy.RootPolicy;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Understands the settings for containers. */
final class ContainerReader {
    private static final int MAX_CPUS = 1_024;
    private static final long MAX_MB = 1L << 40;
    private static final int LEAST_RAM_MB = 6;
    private static final int LEAST_PIDS = 16;
    private static final int MAX_PIDS = 1_000_000;
    private static final Pattern HOST =
            Pattern.compile("unix:///[^\\s\\p{Cntrl}]{1,100}|tcp://[A-Za-z0-9.\\[\\]:-]{1,255}:[0-9]{1,5}");
    private static final int MAX_SNAPSHOT_SECS = 7 * 24 * 3_600;
    private static final int MAX_HOURS = 24 * 3_650;
    private static final Pattern GPU = Pattern.compile("[0-9]{1,3}|GPU-[A-Za-z0-9-]{1,80}");
    private static final Pattern CPUS = Pattern.compile("[0-9]{1,4}(\\.[0-9]{1,3})?");

    private final ConfigReader reader;
    private final Settings settings;

    ContainerReader(ConfigReader reader, Settings settings) {
        this.reader = reader;
        this.settings = settings;
    }

    private enum Wanted {
        AUTO,
        OFF
    }

    private enum Sharing {
        DENY,
        ALLOW
    }

    private enum Ports {
        DENY,
        ALLOW
    }

    ContainerConfig read() {
        return new ContainerConfig(
                reader.oneOf(Key.CONTAINERS, Wanted.OFF, List.of(Wanted.values())) == Wanted.AUTO,
                host(),
                reader.oneOf(Key.CONTAINER_ROOT, RootPolicy.NEVER, List.of(RootPolicy.values())),
                reader.oneOf(Key.CONTAINER_PORTS, Ports.DENY, List.of(Ports.values())) == Ports.ALLOW,
                reader.oneOf(Key.CONTAINER_NETWORK, NetworkPolicy.NONE, List.of(NetworkPolicy.values())),
                cpus(),
                settings.text(Key.CONTAINER_RAM_MB).isEmpty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(reader.number(Key.CONTAINER_RAM_MB, LEAST_RAM_MB, MAX_MB)),
                (int) reader.number(Key.CONTAINER_PIDS, LEAST_PIDS, MAX_PIDS),
                reader.number(Key.CONTAINER_DISK_MB, 1, MAX_MB),
                gpus(),
                reader.oneOf(Key.CONTAINER_GPU_SHARING, Sharing.DENY, List.of(Sharing.values())) == Sharing.ALLOW,
                reader.number(Key.CONTAINER_IMAGES_MB, 0, MAX_MB),
                Duration.ofHours(reader.number(Key.TASK_DATA_HOURS, 0, MAX_HOURS)),
                Duration.ofSeconds(reader.number(Key.SNAPSHOT_SECS, 0, MAX_SNAPSHOT_SECS)),
                reader.maxRuntime());
    }

    /** Empty for all there are. */
    private Optional<Set<String>> gpus() {
        String text = settings.text(Key.CONTAINER_GPUS);
        if (text.equalsIgnoreCase("all")) {
            return Optional.empty();
        }
        if (text.equalsIgnoreCase("none")) {
            return Optional.of(Set.of());
        }
        Set<String> names =
                Arrays.stream(text.split(",", -1)).map(String::strip).collect(Collectors.toSet());
        if (!names.stream().allMatch(name -> GPU.matcher(name).matches())) {
            reader.problem(Key.CONTAINER_GPUS, "must be all, none, or indexes or UUIDs of GPUs such as 0,2");
            return Optional.of(Set.of());
        }
        return Optional.of(names);
    }

    private DockerHost host() {
        String url = settings.text(Key.DOCKER_HOST);
        if (!HOST.matcher(url).matches()) {
            reader.problem(Key.DOCKER_HOST, "must be unix:///path or tcp://host:port");
            url = DockerHost.DEFAULT_URL;
        }
        boolean tls = !settings.text(Key.DOCKER_TLS_VERIFY).isEmpty()
                && !settings.text(Key.DOCKER_TLS_VERIFY).equals("0");
        if (!tls) {
            return new DockerHost(url, Optional.empty());
        }
        Optional<Path> folder = reader.path(Key.DOCKER_CERT_PATH);
        if (folder.isEmpty() || !Files.isReadable(folder.get().resolve("ca.pem"))) {
            reader.problem(Key.DOCKER_CERT_PATH, "must be a folder with ca.pem, cert.pem and key.pem");
        }
        return new DockerHost(url, folder);
    }

    private Optional<BigDecimal> cpus() {
        String text = settings.text(Key.CONTAINER_CPUS);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (CPUS.matcher(text).matches()) {
            var cpus = new BigDecimal(text);
            if (cpus.signum() > 0 && cpus.compareTo(BigDecimal.valueOf(MAX_CPUS)) <= 0) {
                return Optional.of(cpus);
            }
        }
        reader.problem(Key.CONTAINER_CPUS, "must be a number of processors such as 2 or 0.5");
        return Optional.empty();
    }
}
