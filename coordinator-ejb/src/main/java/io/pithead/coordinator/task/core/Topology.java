package io.pithead.coordinator.task.core;

import io.pithead.protocol.task.GroupConfiguration;
import java.util.Comparator;

/** How large the groups of this name are, and what each of their nodes must have. */
public record Topology(String name, int minSize, int maxSize, Requirements requirements) {
    /** What needs most is served first, as in the Prime protocol: the largest, then those that are particular. */
    public static final Comparator<Topology> ORDER = Comparator.comparingInt(Topology::minSize)
            .reversed()
            .thenComparing(topology -> topology.requirements.equals(Requirements.NONE))
            .thenComparing(Topology::name);

    public Topology {
        if (minSize < 1 || maxSize < minSize) {
            throw new IllegalArgumentException("no group has from " + minSize + " to " + maxSize + " nodes");
        }
    }

    /** @throws IllegalArgumentException when its requirements are wrong */
    public static Topology of(GroupConfiguration configuration) {
        String requirements = configuration.computeRequirements();
        return new Topology(
                configuration.name(),
                configuration.minGroupSize(),
                configuration.maxGroupSize(),
                requirements == null ? Requirements.NONE : Requirements.parse(requirements));
    }
}
