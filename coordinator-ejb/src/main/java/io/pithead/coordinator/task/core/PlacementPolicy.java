package io.pithead.coordinator.task.core;

import io.pithead.protocol.task.Resources;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which of the nodes that are there get a task: those that fit, the least laden first, and of those the best reputed. */
public final class PlacementPolicy {
    private PlacementPolicy() {}

    /** What a task demands of a node; {@code price} in minor units. */
    public record Need(
            Requirements requirements,
            Resources resources,
            BigInteger price,
            @Nullable Long maxRuntimeS) {}

    /**
     * A node that is there and does not have the task yet; {@code held} counts the containers it has, and {@code inRun} is false
     * where the task is for a run that it is no healthy node of. {@code score} is its reputation's.
     */
    public record Candidate(UUID node, Machine machine, boolean draining, int held, boolean inRun, double score) {}

    /** The nodes chosen, and why the others were not. */
    public record Choice(List<UUID> nodes, Map<PlacementRefusal, Integer> refusals) {}

    /** @param wanted how many more nodes; all that fit when it is above their number */
    public static Choice choose(Need need, Collection<Candidate> candidates, int wanted) {
        var refusals = new EnumMap<PlacementRefusal, Integer>(PlacementRefusal.class);
        List<UUID> nodes = candidates.stream()
                .filter(candidate -> {
                    Optional<PlacementRefusal> refusal = refusal(need, candidate);
                    refusal.ifPresent(why -> refusals.merge(why, 1, Integer::sum));
                    return refusal.isEmpty();
                })
                .sorted(Comparator.comparingInt(Candidate::held)
                        .thenComparing(
                                Comparator.comparingDouble(Candidate::score).reversed())
                        .thenComparing(Candidate::node))
                .limit(Math.max(0, wanted))
                .map(Candidate::node)
                .toList();
        return new Choice(nodes, refusals);
    }

    static Optional<PlacementRefusal> refusal(Need need, Candidate candidate) {
        Machine machine = candidate.machine();
        if (!candidate.inRun()) {
            return Optional.of(PlacementRefusal.NOT_IN_RUN);
        }
        if (!machine.containers() || !machine.renews()) {
            return Optional.of(PlacementRefusal.NO_CONTAINERS);
        }
        if (candidate.draining()) {
            return Optional.of(PlacementRefusal.DRAINING);
        }
        if (machine.ask().compareTo(need.price) > 0) {
            return Optional.of(PlacementRefusal.ASK_ABOVE_OFFER);
        }
        if (need.maxRuntimeS != null && machine.maxRuntimeS() != null && machine.maxRuntimeS() < need.maxRuntimeS) {
            return Optional.of(PlacementRefusal.RUNTIME_TOO_LONG);
        }
        return resources(need.resources, machine).or(() -> need.requirements.refusal(machine));
    }

    /** Why a node may not be in a group of this task. {@code taken} by another group, or one that has begun. */
    public static Optional<PlacementRefusal> ofGroup(Need need, Candidate candidate, boolean taken) {
        if (taken) {
            return Optional.of(PlacementRefusal.IN_A_GROUP);
        }
        return refusal(need, candidate)
                .or(() -> candidate.held < candidate.machine.slots()
                        ? Optional.empty()
                        : Optional.of(PlacementRefusal.NO_FREE_SLOT));
    }

    private static Optional<PlacementRefusal> resources(Resources wanted, Machine machine) {
        if (wanted.cpus() != null && wanted.cpus().compareTo(BigDecimal.valueOf(machine.cores())) > 0) {
            return Optional.of(PlacementRefusal.NOT_ENOUGH_CORES);
        }
        if (isAbove(wanted.ramMb(), machine.ramMb())) {
            return Optional.of(PlacementRefusal.NOT_ENOUGH_RAM);
        }
        if (isAbove(wanted.diskMb(), machine.diskMb())) {
            return Optional.of(PlacementRefusal.NOT_ENOUGH_STORAGE);
        }
        if (wanted.gpus() != null && wanted.gpus() > machine.gpus().size()) {
            return Optional.of(PlacementRefusal.OTHER_GPUS);
        }
        long vram = machine.gpus().stream()
                .mapToLong(gpu -> gpu.vramMb() == null ? 0 : gpu.vramMb())
                .max()
                .orElse(0);
        return isAbove(wanted.vramMb(), vram) ? Optional.of(PlacementRefusal.NOT_ENOUGH_VRAM) : Optional.empty();
    }

    private static boolean isAbove(@Nullable Long wanted, long has) {
        return wanted != null && wanted > has;
    }
}
