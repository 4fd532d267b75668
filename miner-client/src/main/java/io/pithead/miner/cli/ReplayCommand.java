package io.pithead.miner.cli;

import io.pithead.miner.agent.Replay;
import io.pithead.miner.agent.ReplayContainer;
import io.pithead.miner.agent.core.JobLimitPolicy;
import io.pithead.miner.config.ConfigException;
import io.pithead.miner.config.TorchConfig;
import io.pithead.miner.container.DockerJavaEngine;
import io.pithead.miner.workload.ChildSettings;
import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Mode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code replay FILE}: what a validator starts to know a job's output without believing anybody. */
@Command(
        name = "replay",
        description = {
            "Does a job once more and prints its output's digest as JSON; exit code 1 when there is none.",
            "FILE has its workload, its params or payload, and its limits; - reads them from the standard input."
        },
        mixinStandardHelpOptions = true)
final class ReplayCommand extends MinerCommand {
    private static final int MAX_BYTES = 2 << 20;
    private static final int NICE = 10;
    private static final long MAX_LIMIT_S = 24 * 3_600;
    private static final long MAX_RAM_MB = 1 << 20;

    @Parameters(paramLabel = "FILE", description = "the job, or - for the standard input")
    private Path file;

    /** Where it runs. */
    enum Place {
        CONTAINER,
        PROCESS
    }

    @Option(
            names = "--in",
            paramLabel = "PLACE",
            description = "container (as default, on the engine of DOCKER_HOST) or process",
            converter = PlaceConverter.class)
    private Place place = Place.CONTAINER;

    @Option(names = "--image", paramLabel = "IMAGE", description = "of the container: any with a C library")
    private @Nullable String image;

    @Option(names = "--limit", paramLabel = "SECONDS", description = "it may run, at most; default 600")
    private long limit = 600;

    @Option(names = "--ram", paramLabel = "MIB", description = "it may use where it does not say; default 1024")
    private long ramMb = 1_024;

    /** In lower case, as settings are. */
    static final class PlaceConverter implements picocli.CommandLine.ITypeConverter<Place> {
        @Override
        public Place convert(String value) {
            return switch (value) {
                case "container" -> Place.CONTAINER;
                case "process" -> Place.PROCESS;
                default -> throw new picocli.CommandLine.TypeConversionException("must be container or process");
            };
        }
    }

    @Override
    int run(Screen screen) throws Exception {
        if (limit < 1 || limit > MAX_LIMIT_S || ramMb < 1 || ramMb > MAX_RAM_MB) {
            return unusable(List.of("--limit must be 1 to " + MAX_LIMIT_S + ", --ram 1 to " + MAX_RAM_MB));
        }
        Replay.Request request = request();
        Path folder = Files.createTempDirectory("pithead-replay-");
        try {
            Replay.Outcome outcome = place == Place.PROCESS ? here(request, folder) : inContainer(request, folder);
            screen.json(outcome);
            return outcome.error() == null ? OK : BAD;
        } finally {
            delete(folder);
        }
    }

    private Replay.Request request() throws ConfigException, IOException {
        try (InputStream in = file.toString().equals("-") ? System.in : Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new ConfigException(List.of(file + " is larger than a job can be"));
            }
            return Json.read(bytes, Replay.Request.class);
        } catch (InvalidPayloadException e) {
            throw new ConfigException(List.of(file + " holds no job: " + e.problems()));
        }
    }

    private Replay.Outcome here(Replay.Request request, Path folder) throws IOException, InterruptedException {
        var torch = new TorchConfig(Optional.empty(), "cpu");
        var children = new ChildSettings(NICE, 1, Mode.CPU, torch, folder.resolve("cache"));
        var limits = JobLimitPolicy.of(
                Optional.ofNullable(request.limits()).orElse(JobLimits.NONE),
                null,
                Instant.EPOCH,
                Duration.ofSeconds(limit),
                ramMb);
        return Replay.run(request, children, limits, folder);
    }

    private Replay.Outcome inContainer(Replay.Request request, Path folder)
            throws ConfigException, IOException, InterruptedException {
        if (image == null) {
            throw new ConfigException(List.of("--image says which image the container is of; --in=process takes none"));
        }
        try (var engine = new DockerJavaEngine(reader(settings()).containers().host())) {
            return new ReplayContainer(engine, image).run(request, Duration.ofSeconds(limit), ramMb, folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
