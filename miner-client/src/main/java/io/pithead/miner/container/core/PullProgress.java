package io.pithead.miner.container.core;

import java.util.HashMap;
import java.util.Map;

/** How far a pull is: the sum over the layers that the engine has spoken of. Not thread-safe. */
public final class PullProgress {
    static final int MAX_LAYERS = 1_024;
    private final Map<String, Layer> layers = new HashMap<>();

    private record Layer(long current, long total) {}

    /** A layer's size is known only once its transfer began; one that is here already counts for nothing. */
    public void downloading(String layer, long current, long total) {
        if (total > 0 && (layers.containsKey(layer) || layers.size() < MAX_LAYERS)) {
            layers.put(layer, new Layer(Math.clamp(current, 0, total), total));
        }
    }

    public void downloaded(String layer) {
        layers.computeIfPresent(layer, (id, known) -> new Layer(known.total(), known.total()));
    }

    public long bytes() {
        return layers.values().stream().mapToLong(Layer::current).sum();
    }

    public long total() {
        return layers.values().stream().mapToLong(Layer::total).sum();
    }
}
