package io.pithead.coordinator.dispatch.core;

import io.pithead.protocol.job.Explanation.Relaxation;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.node.Versions;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why a job waits: counts of nodes per refusal, and the smallest change of the request that some node would match. */
public final class ExplainPolicy {
    private static final Set<Refusal> OF_THE_MOMENT =
            EnumSet.of(Refusal.NODE_OFFLINE, Refusal.NODE_DRAINING, Refusal.NODE_BUSY);

    private ExplainPolicy() {}

    /** A node as it is now; {@code busy} when all its slots are taken. */
    public record Candidate(NodeShape shape, boolean online, boolean draining, boolean busy) {}

    /** {@code eligible} nodes could take the job now; {@code fitting} could once they are free. */
    public record Finding(
            int nodes, int eligible, int fitting, Map<Refusal, Integer> refusals, List<Relaxation> relaxation) {}

    public static Finding explain(JobNeed need, List<Candidate> candidates) {
        var counts = new EnumMap<Refusal, Integer>(Refusal.class);
        int eligible = 0;
        int fitting = 0;
        var machines = new ArrayList<Misfit>();
        for (Candidate candidate : candidates) {
            Set<Refusal> machine = Eligibility.refusals(need, candidate.shape());
            Set<Refusal> all = EnumSet.noneOf(Refusal.class);
            all.addAll(machine);
            all.addAll(ofTheMoment(candidate));
            all.forEach(refusal -> counts.merge(refusal, 1, Integer::sum));
            if (all.isEmpty()) {
                eligible++;
            }
            if (machine.isEmpty() && candidate.online() && !candidate.draining()) {
                fitting++;
            }
            if (!machine.isEmpty() && candidate.online() && !candidate.draining()) {
                machines.add(new Misfit(candidate.shape(), machine));
            }
        }
        List<Relaxation> relaxation = fitting > 0 ? List.of() : smallest(need, machines);
        return new Finding(candidates.size(), eligible, fitting, counts, relaxation);
    }

    private record Misfit(NodeShape shape, Set<Refusal> refusals) {}

    private static Set<Refusal> ofTheMoment(Candidate candidate) {
        var refusals = EnumSet.noneOf(Refusal.class);
        if (!candidate.online()) {
            refusals.add(Refusal.NODE_OFFLINE);
        }
        if (candidate.draining()) {
            refusals.add(Refusal.NODE_DRAINING);
        }
        if (candidate.busy()) {
            refusals.add(Refusal.NODE_BUSY);
        }
        return refusals;
    }

    /** The fewest members to change; among equals the smallest step, so that the buyer gives up as little as possible. */
    private static List<Relaxation> smallest(JobNeed need, List<Misfit> machines) {
        return machines.stream()
                .min(Comparator.comparingInt((Misfit misfit) -> misfit.refusals.size())
                        .thenComparing(misfit -> step(need, misfit), Comparator.naturalOrder()))
                .map(nearest -> nearest.refusals.stream()
                        .map(refusal -> relaxation(need, nearest, refusal, machines))
                        .toList())
                .orElse(List.of());
    }

    private static Relaxation relaxation(JobNeed need, Misfit nearest, Refusal refusal, List<Misfit> machines) {
        NodeShape node = nearest.shape;
        long matching = machines.stream()
                .filter(other -> nearest.refusals.containsAll(other.refusals) && isNoWorse(need, other.shape, node))
                .count();
        int nodes = (int) Math.max(1, matching);
        return switch (refusal) {
            case WORKLOAD_NOT_OFFERED ->
                new Relaxation(
                        "workload",
                        need.workload(),
                        String.join(", ", node.workloads().stream().sorted().toList()),
                        nodes);
            case NO_GPU -> new Relaxation("constraints/gpu", "true", "false", nodes);
            case CUDA_TOO_OLD -> new Relaxation("constraints/cuda", need.cuda(), node.cuda(), nodes);
            case NOT_ENOUGH_VRAM ->
                new Relaxation("constraints/min_vram_mb", text(need.minVramMb()), text(node.vramMb()), nodes);
            case NOT_ENOUGH_RAM ->
                new Relaxation("constraints/min_ram_mb", text(need.minRamMb()), text(node.ramMb()), nodes);
            case MODEL_NOT_OFFERED ->
                new Relaxation(
                        "constraints/models",
                        String.join(", ", need.models()),
                        String.join(", ", node.models().stream().sorted().toList()),
                        nodes);
            case OTHER_REGION -> new Relaxation("constraints/region", need.region(), node.region(), nodes);
            case ASK_ABOVE_OFFER ->
                new Relaxation("price", Money.format(need.highestAsk()), Money.format(node.ask()), nodes);
            case RUNTIME_TOO_LONG ->
                new Relaxation("limits/max_runtime_s", text(need.maxRuntimeS()), text(node.maxRuntimeS()), nodes);
            case NODE_OFFLINE, NODE_DRAINING, NODE_BUSY ->
                throw new IllegalStateException(OF_THE_MOMENT + " are not about the machine");
        };
    }

    /** Whether a node would match too once the request is relaxed to what {@code nearest} has. */
    private static boolean isNoWorse(JobNeed need, NodeShape other, NodeShape nearest) {
        return atLeastOf(other.vramMb(), need.minVramMb(), nearest.vramMb())
                && atLeastOf(other.ramMb(), need.minRamMb(), nearest.ramMb())
                && other.ask().compareTo(need.highestAsk().max(nearest.ask())) <= 0
                && (other.maxRuntimeS() == null
                        || nearest.maxRuntimeS() == null
                        || other.maxRuntimeS() >= Math.min(need.maxRuntimeS(), nearest.maxRuntimeS()))
                && (need.region() == null
                        || Objects.equals(other.region(), nearest.region())
                        || need.region().equals(other.region()))
                && (need.cuda() == null
                        || nearest.cuda() == null
                        || (other.cuda() != null && Versions.atLeast(other.cuda(), nearest.cuda())));
    }

    private static boolean atLeastOf(@Nullable Long has, long wanted, @Nullable Long relaxed) {
        long needed = Math.min(wanted, relaxed == null ? 0 : relaxed);
        return needed == 0 || (has != null && has >= needed);
    }

    /** How far the numbers are apart, as the sum of the shares that are missing: comparable between members. */
    private static double step(JobNeed need, Misfit misfit) {
        double step = 0;
        for (Refusal refusal : misfit.refusals) {
            step += switch (refusal) {
                case NOT_ENOUGH_VRAM -> missing(need.minVramMb(), misfit.shape.vramMb());
                case NOT_ENOUGH_RAM -> missing(need.minRamMb(), misfit.shape.ramMb());
                case RUNTIME_TOO_LONG -> missing(need.maxRuntimeS(), misfit.shape.maxRuntimeS());
                case ASK_ABOVE_OFFER -> excess(need.highestAsk(), misfit.shape.ask());
                default -> 1;
            };
        }
        return step;
    }

    private static double missing(long wanted, @Nullable Long has) {
        return has == null ? 1 : (wanted - has) / (double) wanted;
    }

    private static double excess(BigInteger offer, BigInteger ask) {
        return ask.subtract(offer).doubleValue() / ask.doubleValue();
    }

    private static @Nullable String text(@Nullable Long value) {
        return value == null ? null : Long.toString(value);
    }
}
