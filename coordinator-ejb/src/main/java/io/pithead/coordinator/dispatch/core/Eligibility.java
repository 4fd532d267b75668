package io.pithead.coordinator.dispatch.core;

import io.pithead.protocol.node.Versions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a machine fits a job, and every reason why not. */
public final class Eligibility {
    private Eligibility() {}

    /** Empty when the machine fits. */
    public static Set<Refusal> refusals(JobNeed need, NodeShape node) {
        var refusals = EnumSet.noneOf(Refusal.class);
        if (!node.workloads().contains(need.workload()) || !node.workloads().containsAll(need.alsoWorkloads())) {
            refusals.add(Refusal.WORKLOAD_NOT_OFFERED);
        }
        if (need.gpu() && !node.gpu()) {
            refusals.add(Refusal.NO_GPU);
        }
        if (need.cuda() != null && (node.cuda() == null || !Versions.atLeast(node.cuda(), need.cuda()))) {
            refusals.add(Refusal.CUDA_TOO_OLD);
        }
        if (isShort(need.minVramMb(), node.vramMb())) {
            refusals.add(Refusal.NOT_ENOUGH_VRAM);
        }
        if (isShort(need.minRamMb(), node.ramMb())) {
            refusals.add(Refusal.NOT_ENOUGH_RAM);
        }
        if (!node.models().containsAll(need.models())) {
            refusals.add(Refusal.MODEL_NOT_OFFERED);
        }
        if (need.region() != null && !need.region().equals(node.region())) {
            refusals.add(Refusal.OTHER_REGION);
        }
        if (node.ask().compareTo(need.highestAsk()) > 0) {
            refusals.add(Refusal.ASK_ABOVE_OFFER);
        }
        // a node that states no limit has none
        if (node.maxRuntimeS() != null && node.maxRuntimeS() < need.maxRuntimeS()) {
            refusals.add(Refusal.RUNTIME_TOO_LONG);
        }
        if (need.run() != null && !node.runs().contains(need.run())) {
            refusals.add(Refusal.NOT_IN_RUN);
        }
        return refusals;
    }

    public static boolean fits(JobNeed need, NodeShape node) {
        return refusals(need, node).isEmpty();
    }

    private static boolean isShort(long wanted, @Nullable Long has) {
        return wanted > 0 && (has == null || has < wanted);
    }
}
