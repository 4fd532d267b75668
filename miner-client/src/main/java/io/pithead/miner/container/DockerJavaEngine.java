package io.pithead.miner.container;

import static io.pithead.miner.container.DockerLink.ACT;
import static io.pithead.miner.container.DockerLink.LOOK;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.core.NameParser;
import io.pithead.miner.container.EngineException.Kind;
import io.pithead.miner.container.core.ContainerPlan;
import io.pithead.miner.container.core.ImageFacts;
import io.pithead.miner.container.core.PullProgress;
import io.pithead.miner.container.core.Seen;
import io.pithead.protocol.task.RegistryAuth;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The engine by docker-java, over a unix socket or TCP. */
public final class DockerJavaEngine implements Engine {
    static final String NETWORK = "pithead";
    private static final String NO_TALK = "com.docker.network.bridge.enable_icc";
    private static final int MAX_PROBED = 20;

    private final DockerLink link;
    private final DockerClient client;
    private final ReentrantLock networks = new ReentrantLock();
    private volatile String architecture = "";

    public DockerJavaEngine(DockerHost host) {
        link = new DockerLink(host);
        client = link.client();
    }

    @Override
    public Facts info() throws EngineException, InterruptedException {
        return link.call(LOOK, () -> {
            try (var response = link.get("/info")) {
                return DockerAnswers.info(
                        DockerAnswers.json(response.getBody()),
                        client.versionCmd().exec());
            }
        });
    }

    @Override
    public String architecture() throws EngineException, InterruptedException {
        String known = architecture;
        if (known.isEmpty()) {
            known = link.call(
                    LOOK, () -> DockerAnswers.text(client.versionCmd().exec().getArch()));
            architecture = known;
        }
        return known;
    }

    @Override
    public boolean answers() throws InterruptedException {
        return link.answers();
    }

    @Override
    public Optional<ImageFacts> image(String reference) throws EngineException, InterruptedException {
        try {
            return Optional.of(link.call(
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
    public List<StoredImage> images() throws EngineException, InterruptedException {
        return link.call(
                LOOK,
                () -> client.listImagesCmd().exec().stream()
                        .map(image -> new StoredImage(image.getId(), image.getSize()))
                        .toList());
    }

    @Override
    public Set<String> imagesInUse() throws EngineException, InterruptedException {
        return link.call(
                LOOK,
                () -> client.listContainersCmd().withShowAll(true).exec().stream()
                        .map(Container::getImageId)
                        .collect(Collectors.toSet()));
    }

    @Override
    public boolean removeImage(String id) throws EngineException, InterruptedException {
        return link.call(ACT, () -> {
            try {
                client.removeImageCmd(id).exec();
                return true;
            } catch (NotFoundException e) {
                return true;
            } catch (ConflictException e) {
                return false;
            }
        });
    }

    @Override
    public Optional<String> smallestImage() throws EngineException, InterruptedException {
        List<Image> images = link.call(LOOK, () -> client.listImagesCmd().exec());
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
        Optional<Network> network = madeOnce();
        boolean ours = network.map(Network::getLabels)
                .map(labels -> labels.containsKey(Labels.SHARED))
                .orElse(false);
        if (!ours) {
            throw new EngineException(
                    Kind.OTHER, "there is a network called " + NETWORK + " on this engine which is not the miner's");
        }
    }

    /** Whom two ask at one moment, the engine makes two of the name, and finds neither by it from then on. */
    private Optional<Network> madeOnce() throws EngineException, InterruptedException {
        networks.lockInterruptibly();
        try {
            Optional<Network> network = link.call(LOOK, this::network);
            if (network.isPresent()) {
                return network;
            }
            link.act(ACT, this::createNetwork);
            return link.call(LOOK, this::network);
        } finally {
            networks.unlock();
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
            // another miner was quicker
        }
    }

    @Override
    public String create(ContainerPlan plan) throws EngineException, InterruptedException {
        return link.call(ACT, () -> DockerPlans.create(client, plan).exec().getId());
    }

    @Override
    public void start(String id) throws EngineException, InterruptedException {
        link.act(ACT, () -> {
            try {
                client.startContainerCmd(id).exec();
            } catch (NotModifiedException e) {
                // it runs
            }
        });
    }

    @Override
    public void pause(String id) throws EngineException, InterruptedException {
        link.act(ACT, () -> client.pauseContainerCmd(id).exec());
    }

    @Override
    public void resume(String id) throws EngineException, InterruptedException {
        link.act(ACT, () -> client.unpauseContainerCmd(id).exec());
    }

    @Override
    public void stop(String id, Duration grace) throws EngineException, InterruptedException {
        link.act(ACT.plus(grace), () -> {
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
        link.act(ACT, () -> {
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
        return link.call(LOOK, () -> {
            try {
                return Optional.of(
                        DockerAnswers.seen(client.inspectContainerCmd(id).exec()));
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public List<Listed> list(Map<String, String> labels) throws EngineException, InterruptedException {
        return link.call(
                LOOK,
                () -> client.listContainersCmd().withShowAll(true).withLabelFilter(labels).exec().stream()
                        .map(DockerAnswers::listed)
                        .toList());
    }

    @Override
    public Optional<Listed> named(String name) throws EngineException, InterruptedException {
        return link.call(LOOK, () -> {
            try {
                var found = client.inspectContainerCmd(name).exec();
                Map<String, String> labels = found.getConfig().getLabels();
                return Optional.of(
                        new Listed(DockerAnswers.text(found.getId()), name, labels == null ? Map.of() : labels, false));
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public Optional<Usage> usage(String id) throws EngineException, InterruptedException {
        return link.call(LOOK, () -> {
            // one-shot: without it the engine takes a second for a second look
            try (var response = link.get("/containers/" + id + "/stats?stream=false&one-shot=true")) {
                return response.getStatusCode() == 200 ? DockerAnswers.usage(response.getBody()) : Optional.empty();
            }
        });
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
        var response = link.call(
                LOOK,
                () -> link.get("/containers/" + id + "/logs?stdout=true&stderr=true&timestamps=true" + follow + from));
        if (response.getStatusCode() != 200) {
            response.close();
            throw new EngineException(Kind.OTHER, "no output: status " + response.getStatusCode());
        }
        return new DockerOutput(response);
    }

    @Override
    public void close() {
        link.close();
    }
}
