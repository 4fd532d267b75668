package io.pithead.miner.container.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Which of the images that the miner pulled go when they take too much room. */
public final class ImageCleanup {
    /** Between the look at an image and the container that is made from it lies less than this. */
    static final Duration REST = Duration.ofMinutes(10);

    private ImageCleanup() {}

    /** An image that the miner pulled. */
    public record Stored(String id, long bytes, Instant usedAt) {}

    /**
     * The longest unused first, until the rest fits.
     *
     * @param inUse ids of images that containers were made from
     */
    public static List<String> surplus(Collection<Stored> images, Set<String> inUse, long mostBytes, Instant now) {
        long bytes = images.stream().mapToLong(Stored::bytes).sum();
        var surplus = new ArrayList<String>();
        List<Stored> idle = images.stream()
                .filter(image -> !inUse.contains(image.id())
                        && !image.usedAt().plus(REST).isAfter(now))
                .sorted(Comparator.comparing(Stored::usedAt).thenComparing(Stored::id))
                .toList();
        for (Stored image : idle) {
            if (bytes <= mostBytes) {
                break;
            }
            bytes -= image.bytes();
            surplus.add(image.id());
        }
        return surplus;
    }
}
