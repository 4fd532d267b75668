package io.pithead.miner.agent;

import static java.util.Objects.requireNonNullElse;

import io.pithead.miner.container.Engine;
import io.pithead.miner.container.EngineException;
import io.pithead.miner.container.core.ImageCleanup;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The images that this miner pulled: the longest unused go when they take too much room, and each is only for buyers who could
 * pull it themselves. An image that the miner did not pull is the owner's: it is anybody's to use and stays.
 */
final class PulledImages {
    private static final System.Logger LOG = System.getLogger(PulledImages.class.getName());
    private static final long MIB = 1024 * 1024;

    private final Path file;
    private final Engine engine;
    private final Map<String, Pulled> images = new LinkedHashMap<>();
    private final List<Pull> pulls = new ArrayList<>();
    /** Those of the pulls whose end nobody waits for any more. */
    private final List<Pull> lost = new ArrayList<>();

    /**
     * @param open it came without credentials, so anybody could pull it
     * @param buyers whose credentials the registry took
     */
    private record Pulled(String id, Instant usedAt, boolean open, Set<UUID> buyers) {
        Pulled {
            buyers = Set.copyOf(buyers);
        }
    }

    /**
     * A pull that goes on, or that a miner before this one did not see the end of.
     *
     * @param before what was on the engine when it began
     */
    record Pull(String image, UUID buyer, boolean open, Set<String> before) {
        Pull {
            before = Set.copyOf(before);
        }
    }

    private record Document(
            @Nullable List<Pulled> images, @Nullable List<Pull> pulls) {}

    PulledImages(Path file, Engine engine) throws IOException {
        this.file = file;
        this.engine = engine;
        if (Files.exists(file)) {
            Document document = Json.own(Files.readString(file), Document.class);
            requireNonNullElse(document.images(), List.<Pulled>of()).forEach(image -> images.put(image.id(), image));
            pulls.addAll(requireNonNullElse(document.pulls(), List.of()));
            lost.addAll(pulls);
        }
    }

    /** Whether the buyer may have an image that is here, without asking its registry. */
    synchronized boolean mayUse(String id, UUID buyer) {
        Pulled pulled = images.get(id);
        // what came while another's pull goes on is probably what that pull brought
        return pulled == null
                ? pulls.stream().allMatch(pull -> pull.before().contains(id))
                : pulled.open() || pulled.buyers().contains(buyer);
    }

    /** @param open whether it needs no credentials */
    Pull begin(String image, UUID buyer, boolean open) throws EngineException, InterruptedException, IOException {
        var pull = new Pull(
                image,
                buyer,
                open,
                engine.images().stream().map(Engine.StoredImage::id).collect(Collectors.toSet()));
        synchronized (this) {
            pulls.add(pull);
            save();
        }
        return pull;
    }

    /** The registry gave the buyer this image. */
    synchronized void came(Pull pull, String id, Instant now) throws IOException {
        Pulled known = images.get(id);
        if (known != null || pulls.stream().anyMatch(other -> !other.before().contains(id))) {
            Stream<UUID> before = known == null ? Stream.of() : known.buyers().stream();
            Set<UUID> buyers = Stream.concat(before, pull.open() ? Stream.of() : Stream.of(pull.buyer()))
                    .collect(Collectors.toSet());
            images.put(id, new Pulled(id, now, pull.open() || (known != null && known.open()), buyers));
        }
        failed(pull);
    }

    /** The registry did not give it. */
    synchronized void failed(Pull pull) throws IOException {
        // two of the same image for the same buyer are two
        pulls.removeIf(other -> other == pull);
        lost.removeIf(other -> other == pull);
        save();
    }

    /** Whether it came is for {@link #settle} to find out. */
    synchronized void lost(Pull pull) {
        lost.add(pull);
    }

    synchronized void used(String id, Instant now) throws IOException {
        Pulled known = images.get(id);
        if (known != null) {
            images.put(id, new Pulled(id, now, known.open(), known.buyers()));
            save();
        }
    }

    /** What a pull brought whose end was not heard is for the one for whom it was begun. */
    void settle(Instant now) throws EngineException, InterruptedException, IOException {
        List<Pull> unheard;
        synchronized (this) {
            unheard = List.copyOf(lost);
        }
        for (Pull pull : unheard) {
            var image = engine.image(pull.image());
            if (image.isPresent()) {
                came(pull, image.get().id(), now);
            } else {
                failed(pull);
            }
        }
    }

    /** Removes what is too much. */
    void clean(long mostMb, Instant now) throws EngineException, InterruptedException, IOException {
        Map<String, Long> bytes = engine.images().stream()
                .collect(Collectors.toMap(Engine.StoredImage::id, Engine.StoredImage::bytes, Math::max));
        // after the list, so that a container made meanwhile is seen
        Set<String> inUse = engine.imagesInUse();
        List<ImageCleanup.Stored> stored;
        synchronized (this) {
            if (images.keySet().retainAll(bytes.keySet())) {
                save();
            }
            stored = images.values().stream()
                    .map(image ->
                            new ImageCleanup.Stored(image.id(), bytes.getOrDefault(image.id(), 0L), image.usedAt()))
                    .toList();
        }
        var gone = new HashSet<String>();
        for (String id : ImageCleanup.surplus(stored, inUse, mostMb * MIB, now)) {
            if (engine.removeImage(id)) {
                LOG.log(System.Logger.Level.INFO, () -> "image.removed id=" + id);
                gone.add(id);
            }
        }
        synchronized (this) {
            if (images.keySet().removeAll(gone)) {
                save();
            }
        }
    }

    private void save() throws IOException {
        Disk.writeDurably(file, Json.write(new Document(List.copyOf(images.values()), List.copyOf(pulls))));
    }
}
