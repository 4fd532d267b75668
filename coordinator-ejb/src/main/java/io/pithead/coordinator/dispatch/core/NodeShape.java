package io.pithead.coordinator.dispatch.core;

import io.pithead.protocol.money.Money;
import io.pithead.protocol.node.MinerCapabilities;
import io.pithead.protocol.node.Mode;
import java.math.BigInteger;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All of a node that eligibility looks at. Absent figures are unknown, and unknown never satisfies a demand. {@code runs}: those
 * whose healthy node it is.
 */
public record NodeShape(
        boolean gpu,
        @Nullable String cuda,
        @Nullable Long vramMb,
        @Nullable Long ramMb,
        @Nullable Long maxRuntimeS,
        Set<String> workloads,
        Set<String> models,
        @Nullable String region,
        BigInteger ask,
        Set<UUID> runs) {

    public NodeShape {
        workloads = Set.copyOf(workloads);
        models = Set.copyOf(models);
        runs = Set.copyOf(runs);
    }

    /** Of a node that is in no run. */
    public NodeShape(
            boolean gpu,
            @Nullable String cuda,
            @Nullable Long vramMb,
            @Nullable Long ramMb,
            @Nullable Long maxRuntimeS,
            Set<String> workloads,
            Set<String> models,
            @Nullable String region,
            BigInteger ask) {
        this(gpu, cuda, vramMb, ramMb, maxRuntimeS, workloads, models, region, ask, Set.of());
    }

    public static NodeShape of(MinerCapabilities capabilities, Set<UUID> runs) {
        return new NodeShape(
                capabilities.mode() == Mode.GPU && !Boolean.FALSE.equals(capabilities.gpu()),
                capabilities.cuda(),
                capabilities.limits().vramMb(),
                capabilities.limits().ramMb(),
                capabilities.limits().maxRuntimeS(),
                Set.copyOf(capabilities.workloads()),
                capabilities.models() == null ? Set.of() : Set.copyOf(capabilities.models()),
                capabilities.region(),
                capabilities.price() == null ? BigInteger.ZERO : Money.parse(capabilities.price()),
                runs);
    }
}
