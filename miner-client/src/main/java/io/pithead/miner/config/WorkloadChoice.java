package io.pithead.miner.config;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which of the built-in workloads the owner lets run; containers are chosen apart.
 *
 * @param names empty is all there are
 */
public record WorkloadChoice(Optional<Set<String>> names) {
    static final WorkloadChoice ALL = new WorkloadChoice(Optional.empty());

    public WorkloadChoice {
        names = names.map(Set::copyOf);
    }

    public boolean has(String workload) {
        return names.map(chosen -> chosen.contains(workload)).orElse(true);
    }

    /** The chosen names that are none of these, in order. */
    public Set<String> unknown(Collection<String> known) {
        var unknown = new TreeSet<>(names.orElse(Set.of()));
        unknown.removeAll(known);
        return unknown;
    }
}
