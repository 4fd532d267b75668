package io.pithead.bench.simulation;

import io.pithead.coordinator.verify.core.Adaptive;
import io.pithead.coordinator.verify.core.Canary;
import java.util.EnumMap;
import java.util.Map;

/**
 * @param nodes of each kind at the beginning
 * @param jobs that a node does in an epoch
 */
public record Settings(Map<Kind, Integer> nodes, int epochs, int jobs, long seed) {
    static final Adaptive.Policy ADAPTIVE = Adaptive.Policy.DEFAULT;
    static final Canary.Policy CANARY = Canary.Policy.DEFAULT;

    private static final int JOBS = 10;
    private static final long SEED = 20_261_122;

    public Settings {
        nodes = Map.copyOf(nodes);
    }

    /** One in a hundred cheats, one in fifty has bad hardware, one in twenty is slow. */
    public static Settings of(int count, int epochs) {
        var nodes = new EnumMap<Kind, Integer>(Kind.class);
        nodes.put(Kind.SLOW, count / 20);
        nodes.put(Kind.FLAKY, count / 50);
        nodes.put(Kind.LAZY, count * 4 / 1_000);
        nodes.put(Kind.TURNCOAT, count / 1_000);
        nodes.put(Kind.COLLUDING, count * 3 / 1_000);
        nodes.put(Kind.SYBIL, count * 2 / 1_000);
        nodes.put(
                Kind.HONEST,
                count - nodes.values().stream().mapToInt(Integer::intValue).sum());
        return new Settings(nodes, epochs, JOBS, SEED);
    }

    int count(Kind kind) {
        return nodes.getOrDefault(kind, 0);
    }

    int count() {
        return nodes.values().stream().mapToInt(Integer::intValue).sum();
    }
}
