package io.pithead.miner.container;

import io.pithead.miner.container.core.ContainerPlan;
import io.pithead.miner.container.core.ImageFacts;
import io.pithead.miner.container.core.PullProgress;
import io.pithead.miner.container.core.Seen;
import io.pithead.protocol.task.RegistryAuth;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the miner needs of a container engine. Every call ends by a deadline of its own, and may be interrupted. Safe for many
 * threads.
 */
public interface Engine extends AutoCloseable {
    /**
     * @param nvidia whether a runtime for NVIDIA GPUs is installed
     * @param cgroups version of the kernel's control groups
     * @param unlimited what the engine says it cannot limit here
     * @param folder where it keeps images, on its own machine; empty when it does not say
     */
    record Facts(
            String version,
            String storageDriver,
            String architecture,
            int cpus,
            long memoryMb,
            boolean nvidia,
            String cgroups,
            List<String> unlimited,
            String folder) {
        public Facts {
            unlimited = List.copyOf(unlimited);
        }
    }

    /** An image on the engine; {@code bytes} counts layers that it shares with others too. */
    record StoredImage(String id, long bytes) {}

    /** A container that has the labels that were asked for. */
    record Listed(String id, String name, Map<String, String> labels, boolean running) {
        public Listed {
            labels = Map.copyOf(labels);
        }
    }

    /** What a running container has used so far; an absent figure is unknown. */
    record Usage(
            @Nullable Long cpuNanos,
            @Nullable Long memoryBytes,
            @Nullable Long memoryLimitBytes,
            @Nullable Long receivedBytes,
            @Nullable Long sentBytes,
            @Nullable Long readBytes,
            @Nullable Long writtenBytes,
            @Nullable Long pids) {}

    /** A container's output as it comes, from one thread. */
    interface Output extends AutoCloseable {
        /** Hands on what comes until the container ends. */
        void forEach(Sink sink) throws EngineException;

        @Override
        void close();
    }

    /** Takes pieces of output; the bytes are only valid during the call. */
    interface Sink {
        void accept(boolean stderr, Instant time, byte[] bytes, int from, int to);
    }

    /** As images name it; asked once. */
    String architecture() throws EngineException, InterruptedException;

    Facts info() throws EngineException, InterruptedException;

    /** Over a connection of its own: an engine that is being stopped still answers on those it has. */
    boolean answers() throws InterruptedException;

    /** Empty when it is not on the engine. */
    Optional<ImageFacts> image(String reference) throws EngineException, InterruptedException;

    List<StoredImage> images() throws EngineException, InterruptedException;

    /** Of every container there is, ours or not, running or not. */
    Set<String> imagesInUse() throws EngineException, InterruptedException;

    /** @return whether it is gone; one that a container uses, or that has a second name, stays */
    boolean removeImage(String id) throws EngineException, InterruptedException;

    /** The smallest one there is for this platform. */
    Optional<String> smallestImage() throws EngineException, InterruptedException;

    /** @param progress hears how far it is, on another thread */
    void pull(String reference, @Nullable RegistryAuth auth, Duration limit, Consumer<PullProgress> progress)
            throws EngineException, InterruptedException;

    /** Makes the bridge network for containers if it is not there. */
    void provideNetwork() throws EngineException, InterruptedException;

    /** @return the container's id */
    String create(ContainerPlan plan) throws EngineException, InterruptedException;

    void start(String id) throws EngineException, InterruptedException;

    void pause(String id) throws EngineException, InterruptedException;

    void resume(String id) throws EngineException, InterruptedException;

    /** Asks it to end, and ends it after {@code grace}. One that has ended, or is gone, is fine. */
    void stop(String id, Duration grace) throws EngineException, InterruptedException;

    /** Ends and removes it, with its anonymous volumes. One that is gone is fine. */
    void remove(String id) throws EngineException, InterruptedException;

    /** Empty when the engine has no such container. */
    Optional<Seen> inspect(String id) throws EngineException, InterruptedException;

    List<Listed> list(Map<String, String> labels) throws EngineException, InterruptedException;

    /** Whose name it is, or empty. */
    Optional<Listed> named(String name) throws EngineException, InterruptedException;

    /** Empty when it does not run. */
    Optional<Usage> usage(String id) throws EngineException, InterruptedException;

    /**
     * As it comes.
     *
     * @param since only what came at or after that time
     */
    Output output(String id, @Nullable Instant since) throws EngineException, InterruptedException;

    /** What there is by now. An engine that renews its files while it is followed may leave the end out of the other. */
    Output outputSoFar(String id, @Nullable Instant since) throws EngineException, InterruptedException;

    @Override
    void close();
}
