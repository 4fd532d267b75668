package io.pithead.coordinator.dispatch.core;

import io.pithead.protocol.money.Money;
import io.pithead.protocol.node.MinerCapabilities;
import io.pithead.protocol.node.Mode;
import java.math.BigInteger;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All of a node that eligibility looks at. Absent figures are unknown, and unknown never satisfies a demand. */
public record NodeShape(
        boolean gpu,
        @Nullable String cuda,
        @Nullable Long vramMb,
        @Nullable Long ramMb,
        @Nullable Long maxRuntimeS,
        Set<String> workloads,
        Set<String> models,
        @Nullable String region,
        BigInteger ask) {

    public NodeShape {
        workloads = Set.copyOf(workloads);
        models = Set.copyOf(models);
    }

    public static NodeShape of(MinerCapabilities capabilities) {
        return new NodeShape(
                capabilities.mode() == Mode.GPU && !Boolean.FALSE.equals(capabilities.gpu()),
                capabilities.cuda(),
                capabilities.limits().vramMb(),
                capabilities.limits().ramMb(),
                capabilities.limits().maxRuntimeS(),
                Set.copyOf(capabilities.workloads()),
                capabilities.models() == null ? Set.of() : Set.copyOf(capabilities.models()),
                capabilities.region(),
                capabilities.price() == null ? BigInteger.ZERO : Money.parse(capabilities.price()));
    }
}
