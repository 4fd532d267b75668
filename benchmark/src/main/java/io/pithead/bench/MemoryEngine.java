package io.pithead.bench;

import io.pithead.miner.container.Engine;
import io.pithead.miner.container.EngineException;
import io.pithead.miner.container.core.ContainerPlan;
import io.pithead.miner.container.core.ImageFacts;
import io.pithead.miner.container.core.PullProgress;
import io.pithead.miner.container.core.Seen;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.task.RegistryAuth;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An engine that keeps its containers in memory and has every image: what is left is what the miner and the coordinator cost. */
final class MemoryEngine implements Engine {
    private static final String ARCHITECTURE = "amd64";
    private static final String DIGEST = "sha256:" + "0".repeat(64);
    private static final long MEMORY_MB = 64 * 1024;
    private static final int KILLED = 137;

    private final Map<String, Box> boxes = new ConcurrentHashMap<>();
    private final Runnable started;

    /** @param started is called with each start */
    MemoryEngine(Runnable started) {
        this.started = started;
    }

    private static final class Box {
        final ContainerPlan plan;
        final CountDownLatch ended = new CountDownLatch(1);
        volatile Seen seen;

        Box(String id, ContainerPlan plan) {
            this.plan = plan;
            this.seen = new Seen(id, Seen.State.CREATED, 0, false, "", null, null);
        }

        void become(Seen.State state) {
            boolean over = state == Seen.State.EXITED;
            seen = new Seen(
                    seen.id(),
                    state,
                    over ? KILLED : 0,
                    false,
                    "",
                    seen.startedAt() == null ? Instant.now() : seen.startedAt(),
                    over ? Instant.now() : null);
            if (over) {
                ended.countDown();
            }
        }
    }

    private Box box(String id) throws EngineException {
        Box box = boxes.get(id);
        if (box == null) {
            throw new EngineException(EngineException.Kind.NOT_FOUND, "no container " + id);
        }
        return box;
    }

    @Override
    public String architecture() {
        return ARCHITECTURE;
    }

    @Override
    public Facts info() {
        int cpus = Runtime.getRuntime().availableProcessors();
        return new Facts("memory", "memory", ARCHITECTURE, cpus, MEMORY_MB, false, "2", List.of(), "");
    }

    @Override
    public boolean answers() {
        return true;
    }

    @Override
    public Optional<ImageFacts> image(String reference) {
        return Optional.of(
                new ImageFacts(DIGEST, DIGEST, "linux", ARCHITECTURE, "", List.of(), List.of("sleep"), Set.of()));
    }

    @Override
    public List<StoredImage> images() {
        return List.of();
    }

    @Override
    public Set<String> imagesInUse() {
        return Set.of();
    }

    @Override
    public boolean removeImage(String id) {
        return false;
    }

    @Override
    public Optional<String> smallestImage() {
        return Optional.empty();
    }

    @Override
    public void pull(String reference, @Nullable RegistryAuth auth, Duration limit, Consumer<PullProgress> progress) {}

    @Override
    public void provideNetwork() {}

    @Override
    public String create(ContainerPlan plan) {
        String id = Digests.sha256Hex(plan.name().getBytes(StandardCharsets.UTF_8));
        boxes.put(id, new Box(id, plan));
        return id;
    }

    @Override
    public void start(String id) throws EngineException {
        box(id).become(Seen.State.RUNNING);
        started.run();
    }

    @Override
    public void pause(String id) throws EngineException {
        box(id).become(Seen.State.PAUSED);
    }

    @Override
    public void resume(String id) throws EngineException {
        box(id).become(Seen.State.RUNNING);
    }

    @Override
    public void stop(String id, Duration grace) {
        Box box = boxes.get(id);
        if (box != null) {
            box.become(Seen.State.EXITED);
        }
    }

    @Override
    public void remove(String id) {
        stop(id, Duration.ZERO);
        boxes.remove(id);
    }

    @Override
    public Optional<Seen> inspect(String id) {
        return Optional.ofNullable(boxes.get(id)).map(box -> box.seen);
    }

    @Override
    public List<Listed> list(Map<String, String> labels) {
        return boxes.values().stream()
                .filter(box -> box.plan.labels().entrySet().containsAll(labels.entrySet()))
                .map(MemoryEngine::listed)
                .toList();
    }

    @Override
    public Optional<Listed> named(String name) {
        return boxes.values().stream()
                .filter(box -> box.plan.name().equals(name))
                .map(MemoryEngine::listed)
                .findFirst();
    }

    private static Listed listed(Box box) {
        return new Listed(box.seen.id(), box.plan.name(), box.plan.labels(), box.seen.state() == Seen.State.RUNNING);
    }

    @Override
    public Optional<Usage> usage(String id) {
        return Optional.ofNullable(boxes.get(id)).map(box -> new Usage(0L, 0L, 0L, 0L, 0L, 0L, 0L, 1L));
    }

    /** Nothing, until the container ends. */
    @Override
    public Output output(String id, @Nullable Instant since) throws EngineException {
        CountDownLatch ended = box(id).ended;
        var closed = new CountDownLatch(1);
        return new Output() {
            @Override
            public void forEach(Sink sink) {
                try {
                    while (ended.getCount() > 0 && closed.getCount() > 0) {
                        ended.await(1, java.util.concurrent.TimeUnit.SECONDS);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void close() {
                closed.countDown();
            }
        };
    }

    @Override
    public Output outputSoFar(String id, @Nullable Instant since) {
        return new Output() {
            @Override
            public void forEach(Sink sink) {}

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {}
}
