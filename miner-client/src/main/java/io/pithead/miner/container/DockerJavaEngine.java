package io.pithead.miner.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientConfigDelegate;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.NameParser;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import io.pithead.miner.container.EngineException.Kind;
import io.pithead.miner.container.core.ContainerPlan;
import io.pithead.miner.container.core.ImageFacts;
import io.pithead.miner.container.core.PullProgress;
import io.pithead.miner.container.core.Seen;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.task.RegistryAuth;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The engine by docker-java, over a unix socket or TCP. */
public final class DockerJavaEngine implements Engine {
    static final String NETWORK = "pithead";
    private static final String NO_TALK = "com.docker.network.bridge.enable_icc";
    /** Looking takes the engine milliseconds; a loaded machine gets its time. */
    private static final Duration LOOK = Duration.ofSeconds(20);

    private static final Duration ACT = Duration.ofSeconds(60);
    private static final Duration KNOCK = Duration.ofSeconds(3);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    /** Each container that runs holds one for its output. */
    private static final int MAX_CONNECTIONS = 4_096;

    private static final int MAX_PROBED = 20;
    private static final int MAX_STATS_BYTES = 1024 * 1024;

    private final DockerClientConfig config;
    private final DockerHttpClient http;
    private final DockerClient client;
    private volatile String architecture = "";
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    public DockerJavaEngine(DockerHost host) {
        var builder = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(host.url())
                .withDockerContext(null)
                .withDockerTlsVerify(host.certificates().isPresent());
        host.certificates().ifPresent(folder -> builder.withDockerCertPath(folder.toString()));
        config = new OnlyOurCredentials(builder.build());
        http = connect(MAX_CONNECTIONS);
        client = DockerClientImpl.getInstance(config, http);
    }

    /** The owner's own registry passwords, which the library would find, are not the buyers' to use. */
    private static final class OnlyOurCredentials extends DockerClientConfigDelegate {
        OnlyOurCredentials(DockerClientConfig original) {
            super(original);
        }

        @Override
        public @Nullable AuthConfig effectiveAuthConfig(String imageName) {
            return null;
        }
    }

    private DockerHttpClient connect(int connections) {
        return new ApacheDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .sslConfig(config.getSSLConfig())
                .maxConnections(connections)
                .connectionTimeout(CONNECT)
                .build();
    }

    private interface Action {
        void run();
    }

    private void act(Duration limit, Action action) throws EngineException, InterruptedException {
        call(limit, () -> {
            action.run();
            return true;
        });
    }

    private <T> T call(Duration limit, Callable<T> work) throws EngineException, InterruptedException {
        Future<T> pending = threads.submit(work);
        try {
            return pending.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new EngineException(Kind.AWAY, "the engine does not answer within " + limit.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw EngineProblems.of(e.getCause());
        } finally {
            // an interrupted read closes its connection
            pending.cancel(true);
        }
    }

    @Override
    public Facts info() throws EngineException, InterruptedException {
        return call(LOOK, () -> {
            var info = client.infoCmd().exec();
            var version = client.versionCmd().exec();
            Map<String, ?> runtimes = info.getRuntimes();
            Long memory = info.getMemTotal();
            Integer cpus = info.getNCPU();
            return new Facts(
                    text(version.getVersion()),
                    text(info.getDriver()),
                    text(version.getArch()),
                    cpus == null ? 1 : cpus,
                    memory == null ? 0 : memory / (1024 * 1024),
                    runtimes != null && runtimes.containsKey("nvidia"));
        });
    }

    @Override
    public String architecture() throws EngineException, InterruptedException {
        String known = architecture;
        if (known.isEmpty()) {
            known = call(LOOK, () -> text(client.versionCmd().exec().getArch()));
            architecture = known;
        }
        return known;
    }

    @Override
    public boolean answers() throws InterruptedException {
        try (DockerHttpClient fresh = connect(1)) {
            act(
                    KNOCK,
                    () -> DockerClientImpl.getInstance(config, fresh).pingCmd().exec());
            return true;
        } catch (EngineException | IOException e) {
            return false;
        }
    }

    @Override
    public Optional<ImageFacts> image(String reference) throws EngineException, InterruptedException {
        try {
            return Optional.of(call(
                    LOOK,
                    () -> DockerImages.facts(client.inspectImageCmd(reference).exec(), reference)));
        } catch (EngineException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public Optional<String> smallestImage() throws EngineException, InterruptedException {
        List<Image> images = call(LOOK, () -> client.listImagesCmd().exec());
        List<String> ids = images.stream()
                .sorted(Comparator.comparing(Image::getSize))
                .limit(MAX_PROBED)
                .map(Image::getId)
                .toList();
        for (String id : ids) {
            if (image(id).map(ImageFacts::architecture).orElse("").equals(architecture())) {
                return Optional.of(id);
            }
        }
        return Optional.empty();
    }

    @Override
    public void pull(String reference, @Nullable RegistryAuth auth, Duration limit, Consumer<PullProgress> progress)
            throws EngineException, InterruptedException {
        NameParser.ReposTag parts = NameParser.parseRepositoryTag(reference);
        var pull = client.pullImageCmd(parts.repos);
        // without a tag the engine would fetch every one of them
        boolean digest = reference.contains("@");
        if (!digest) {
            pull.withTag(parts.tag.isEmpty() ? "latest" : parts.tag);
        }
        if (auth != null) {
            pull.withAuthConfig(new AuthConfig().withUsername(auth.username()).withPassword(auth.password()));
        }
        try (var watched = pull.exec(new DockerImages.Pull(progress))) {
            watched.await(limit);
        }
    }

    @Override
    public void provideNetwork() throws EngineException, InterruptedException {
        Optional<Network> network = call(LOOK, this::network);
        if (network.isEmpty()) {
            act(ACT, this::createNetwork);
            network = call(LOOK, this::network);
        }
        boolean ours = network.map(Network::getLabels)
                .map(labels -> labels.containsKey(Labels.SHARED))
                .orElse(false);
        if (!ours) {
            throw new EngineException(
                    Kind.OTHER, "there is a network called " + NETWORK + " on this engine which is not the miner's");
        }
    }

    private Optional<Network> network() {
        try {
            return Optional.of(client.inspectNetworkCmd().withNetworkId(NETWORK).exec());
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    private void createNetwork() {
        try {
            client.createNetworkCmd()
                    .withName(NETWORK)
                    .withDriver("bridge")
                    .withCheckDuplicate(true)
                    .withOptions(Map.of(NO_TALK, "false"))
                    .withLabels(Map.of(Labels.SHARED, "network"))
                    .exec();
        } catch (ConflictException e) {
            // another container of ours was quicker
        }
    }

    @Override
    public String create(ContainerPlan plan) throws EngineException, InterruptedException {
        return call(ACT, () -> DockerPlans.create(client, plan).exec().getId());
    }

    @Override
    public void start(String id) throws EngineException, InterruptedException {
        act(ACT, () -> {
            try {
                client.startContainerCmd(id).exec();
            } catch (NotModifiedException e) {
                // it runs
            }
        });
    }

    @Override
    public void pause(String id) throws EngineException, InterruptedException {
        act(ACT, () -> client.pauseContainerCmd(id).exec());
    }

    @Override
    public void resume(String id) throws EngineException, InterruptedException {
        act(ACT, () -> client.unpauseContainerCmd(id).exec());
    }

    @Override
    public void stop(String id, Duration grace) throws EngineException, InterruptedException {
        act(ACT.plus(grace), () -> {
            try {
                client.stopContainerCmd(id)
                        .withTimeout(Math.toIntExact(grace.toSeconds()))
                        .exec();
            } catch (NotModifiedException | NotFoundException e) {
                // it has ended
            }
        });
    }

    @Override
    public void remove(String id) throws EngineException, InterruptedException {
        act(ACT, () -> {
            try {
                client.removeContainerCmd(id)
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec();
            } catch (NotFoundException | ConflictException e) {
                // it is gone, or going
            }
        });
    }

    @Override
    public Optional<Seen> inspect(String id) throws EngineException, InterruptedException {
        return call(LOOK, () -> {
            try {
                return Optional.of(seen(client.inspectContainerCmd(id).exec()));
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        });
    }

    private static Seen seen(InspectContainerResponse container) {
        var state = container.getState();
        Long exitCode = state.getExitCodeLong();
        return new Seen(
                text(container.getId()),
                switch (text(state.getStatus()).toLowerCase(Locale.ROOT)) {
                    case "created" -> Seen.State.CREATED;
                    case "running", "restarting" -> Seen.State.RUNNING;
                    case "paused" -> Seen.State.PAUSED;
                    case "exited", "dead" -> Seen.State.EXITED;
                    default -> Seen.State.LEAVING;
                },
                exitCode == null ? 0 : exitCode.intValue(),
                Boolean.TRUE.equals(state.getOOMKilled()),
                text(state.getError()),
                time(state.getStartedAt()),
                time(state.getFinishedAt()));
    }

    /** The engine writes the year 1 for never. */
    private static @Nullable Instant time(@Nullable String text) {
        if (text == null || text.isEmpty() || text.startsWith("0001-")) {
            return null;
        }
        return java.time.OffsetDateTime.parse(text).toInstant();
    }

    @Override
    public List<Listed> list(Map<String, String> labels) throws EngineException, InterruptedException {
        return call(
                LOOK,
                () -> client.listContainersCmd().withShowAll(true).withLabelFilter(labels).exec().stream()
                        .map(DockerJavaEngine::listed)
                        .toList());
    }

    @Override
    public Optional<Listed> named(String name) throws EngineException, InterruptedException {
        return call(LOOK, () -> {
            try {
                var found = client.inspectContainerCmd(name).exec();
                Map<String, String> labels = found.getConfig().getLabels();
                return Optional.of(new Listed(text(found.getId()), name, labels == null ? Map.of() : labels, false));
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        });
    }

    private static Listed listed(Container container) {
        String name = container.getNames() == null
                ? ""
                : Arrays.stream(container.getNames()).findFirst().orElse("");
        Map<String, String> labels = container.getLabels();
        return new Listed(
                text(container.getId()),
                name.startsWith("/") ? name.substring(1) : name,
                labels == null ? Map.of() : labels,
                "running".equals(container.getState()));
    }

    @Override
    public Optional<Usage> usage(String id) throws EngineException, InterruptedException {
        return call(LOOK, () -> {
            // one-shot: without it the engine takes a second for a second look
            var request = DockerHttpClient.Request.builder()
                    .method(DockerHttpClient.Request.Method.GET)
                    .path("/containers/" + id + "/stats?stream=false&one-shot=true")
                    .build();
            try (var response = http.execute(request)) {
                return response.getStatusCode() == 200 ? usage(response.getBody()) : Optional.empty();
            }
        });
    }

    private static Optional<Usage> usage(InputStream body) throws IOException {
        JsonNode stats;
        try {
            stats = Json.tree(body.readNBytes(MAX_STATS_BYTES));
        } catch (io.pithead.protocol.json.InvalidPayloadException e) {
            return Optional.empty();
        }
        JsonNode memory = stats.path("memory_stats");
        JsonNode cpu = stats.path("cpu_stats").path("cpu_usage").path("total_usage");
        if (!memory.path("usage").isNumber()) {
            return Optional.empty();
        }
        // cache that the kernel can drop at once is not what the program needs; its name differs by cgroup version
        JsonNode parts = memory.path("stats");
        long cache = parts.path("total_inactive_file")
                .asLong(parts.path("inactive_file").asLong(0));
        return Optional.of(new Usage(
                cpu.isNumber() ? cpu.asLong() : null,
                Math.max(0, memory.path("usage").asLong() - cache)));
    }

    @Override
    public Output output(String id, @Nullable Instant since) throws EngineException, InterruptedException {
        return logs(id, since, "&follow=true");
    }

    @Override
    public Output outputSoFar(String id, @Nullable Instant since) throws EngineException, InterruptedException {
        return logs(id, since, "");
    }

    private Output logs(String id, @Nullable Instant since, String follow)
            throws EngineException, InterruptedException {
        String from = since == null ? "" : "&since=" + since.getEpochSecond() + "." + "%09d".formatted(since.getNano());
        var request = DockerHttpClient.Request.builder()
                .method(DockerHttpClient.Request.Method.GET)
                .path("/containers/" + id + "/logs?stdout=true&stderr=true&timestamps=true" + follow + from)
                .build();
        var response = call(LOOK, () -> http.execute(request));
        if (response.getStatusCode() != 200) {
            response.close();
            throw new EngineException(Kind.OTHER, "no output: status " + response.getStatusCode());
        }
        return new DockerOutput(response);
    }

    static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
