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
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Why a job waits: counts of nodes per refusal, and the smallest change of the request that some node would match. */
public final class ExplainPolicy {
    private ExplainPolicy() {}

    /** A node as it is now; {@code busy} when all its slots are taken. */
    public record Candidate(NodeShape shape, boolean online, boolean banned, boolean draining, boolean busy) {
        boolean takesJobs() {
            return online && !banned && !draining;
        }
    }

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
            if (machine.isEmpty() && candidate.takesJobs()) {
                fitting++;
            }
            if (!machine.isEmpty() && candidate.takesJobs()) {
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
        if (candidate.banned()) {
            refusals.add(Refusal.NODE_BANNED);
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
                // whatever is relaxed, a machine that runs nothing matches nothing
                .filter(misfit -> !misfit.shape.workloads().isEmpty())
                .min(Comparator.comparingInt((Misfit misfit) -> misfit.refusals.size())
                        .thenComparing(misfit -> step(need, misfit), Comparator.naturalOrder()))
                .map(nearest -> relaxation(need, relaxed(need, nearest.shape), machines))
                .orElse(List.of());
    }

    /** The need, with just what keeps it from this machine taken back. */
    private static JobNeed relaxed(JobNeed need, NodeShape node) {
        boolean cudaFits = need.cuda() == null || (node.cuda() != null && Versions.atLeast(node.cuda(), need.cuda()));
        BigInteger ask = node.ask();
        return new JobNeed(
                node.workloads().contains(need.workload())
                        ? need.workload()
                        : node.workloads().stream().sorted().findFirst().orElseThrow(),
                need.gpu() && node.gpu(),
                cudaFits ? need.cuda() : node.cuda(),
                least(need.minVramMb(), node.vramMb()),
                least(need.minRamMb(), node.ramMb()),
                need.alsoWorkloads().stream().filter(node.workloads()::contains).toList(),
                need.models().stream().filter(node.models()::contains).toList(),
                need.region() == null || need.region().equals(node.region()) ? need.region() : node.region(),
                need.price().max(ask),
                need.maxAsk() == null ? null : need.maxAsk().max(ask),
                node.maxRuntimeS() == null ? need.maxRuntimeS() : Math.min(need.maxRuntimeS(), node.maxRuntimeS()),
                need.run() == null || node.runs().contains(need.run()) ? need.run() : null,
                null);
    }

    private static long least(long wanted, @Nullable Long has) {
        return Math.min(wanted, has == null ? 0 : has);
    }

    private static List<Relaxation> relaxation(JobNeed need, JobNeed relaxed, List<Misfit> machines) {
        int nodes = (int) machines.stream()
                .filter(machine -> Eligibility.fits(relaxed, machine.shape))
                .count();
        var changes = new Changes(nodes);
        changes.add("workload", need.workload(), relaxed.workload());
        changes.add("constraints/workloads", names(need.alsoWorkloads()), names(relaxed.alsoWorkloads()));
        changes.add("constraints/gpu", Boolean.toString(need.gpu()), Boolean.toString(relaxed.gpu()));
        changes.add("constraints/cuda", need.cuda(), relaxed.cuda());
        changes.add("constraints/min_vram_mb", Long.toString(need.minVramMb()), Long.toString(relaxed.minVramMb()));
        changes.add("constraints/min_ram_mb", Long.toString(need.minRamMb()), Long.toString(relaxed.minRamMb()));
        changes.add("constraints/models", names(need.models()), names(relaxed.models()));
        changes.add("constraints/region", need.region(), relaxed.region());
        changes.add("price", Money.format(need.price()), Money.format(relaxed.price()));
        changes.add("constraints/max_price", amount(need.maxAsk()), amount(relaxed.maxAsk()));
        changes.add("limits/max_runtime_s", Long.toString(need.maxRuntimeS()), Long.toString(relaxed.maxRuntimeS()));
        changes.add("run", text(need.run()), text(relaxed.run()));
        return changes.list;
    }

    /** The members that differ; a value that is absent afterwards is to be left out of the request. */
    private static final class Changes {
        private final List<Relaxation> list = new ArrayList<>();
        private final int nodes;

        Changes(int nodes) {
            this.nodes = nodes;
        }

        void add(String member, @Nullable String from, @Nullable String to) {
            if (!Objects.equals(from, to)) {
                list.add(new Relaxation(member, from, to, nodes));
            }
        }
    }

    private static @Nullable String text(@Nullable UUID id) {
        return id == null ? null : id.toString();
    }

    private static @Nullable String names(List<String> names) {
        return names.isEmpty() ? null : String.join(", ", names);
    }

    private static @Nullable String amount(@Nullable BigInteger minor) {
        return minor == null ? null : Money.format(minor);
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
}
