package io.pithead.coordinator.run.core;

import io.pithead.coordinator.task.core.Machine;
import io.pithead.coordinator.task.core.PlacementRefusal;
import io.pithead.coordinator.task.core.Requirements;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Which of the nodes that are online could be members of a run, were there one with these requirements on their chain. */
public final class RunPreview {
    /** Why a node cannot, besides {@link PlacementRefusal what its hardware lacks}. */
    public enum Refusal {
        NODE_BANNED,
        /** Its miner has not shown a key. */
        NO_KEY,
        /** The chain does not have it. */
        NOT_REGISTERED,
        /** No validator has approved it, or its provider is kept out. */
        NOT_VALIDATED,
        IN_ANOTHER_RUN
    }

    /** @param chain what the chain says of it, nothing where it does not have it */
    public record Candidate(Machine machine, boolean banned, boolean hasKey, Optional<Standing> chain) {}

    public record Standing(boolean validated, boolean taken) {}

    /** @param refusals each node by the first reason that keeps it out */
    public record Finding(int nodes, int matching, Map<String, Integer> refusals) {}

    private RunPreview() {}

    public static Finding of(Requirements requirements, Collection<Candidate> candidates) {
        var refusals = new TreeMap<String, Integer>();
        int matching = 0;
        for (Candidate candidate : candidates) {
            Optional<String> refusal = refusal(candidate)
                    .map(Enum::name)
                    .or(() -> requirements.refusal(candidate.machine()).map(Enum::name));
            if (refusal.isPresent()) {
                refusals.merge(refusal.get(), 1, Integer::sum);
            } else {
                matching++;
            }
        }
        return new Finding(candidates.size(), matching, refusals);
    }

    private static Optional<Refusal> refusal(Candidate candidate) {
        if (candidate.banned()) {
            return Optional.of(Refusal.NODE_BANNED);
        }
        if (!candidate.hasKey()) {
            return Optional.of(Refusal.NO_KEY);
        }
        if (candidate.chain().isEmpty()) {
            return Optional.of(Refusal.NOT_REGISTERED);
        }
        Standing standing = candidate.chain().get();
        if (!standing.validated()) {
            return Optional.of(Refusal.NOT_VALIDATED);
        }
        return standing.taken() ? Optional.of(Refusal.IN_ANOTHER_RUN) : Optional.empty();
    }
}
