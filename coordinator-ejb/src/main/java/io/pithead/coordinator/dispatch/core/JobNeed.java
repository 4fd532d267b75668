package io.pithead.coordinator.dispatch.core;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pithead.protocol.job.Constraints;
import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.money.Money;
import java.math.BigInteger;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All of a job that eligibility looks at; one job class per distinct value and account. {@code price} is what the buyer
 * pays, {@code max_ask} the highest ask it accepts, both in minor units. {@code run}: only its healthy nodes.
 * {@code node}, when there is one, was chosen before: nobody else is asked, and nothing but the run is looked at.
 */
public record JobNeed(
        String workload,
        boolean gpu,
        @Nullable String cuda,
        long minVramMb,
        long minRamMb,
        @JsonProperty("workloads") List<String> alsoWorkloads,
        List<String> models,
        @Nullable String region,
        BigInteger price,
        @Nullable BigInteger maxAsk,
        long maxRuntimeS,
        @Nullable UUID run,
        @Nullable UUID node) {

    @JsonCreator
    public JobNeed {
        // sorted, so that the same need written in another order is the same class
        alsoWorkloads = alsoWorkloads.stream().distinct().sorted().toList();
        models = models.stream().distinct().sorted().toList();
    }

    /** For any node that fits, in whatever run. */
    public JobNeed(
            String workload,
            boolean gpu,
            @Nullable String cuda,
            long minVramMb,
            long minRamMb,
            List<String> alsoWorkloads,
            List<String> models,
            @Nullable String region,
            BigInteger price,
            @Nullable BigInteger maxAsk,
            long maxRuntimeS) {
        this(
                workload,
                gpu,
                cuda,
                minVramMb,
                minRamMb,
                alsoWorkloads,
                models,
                region,
                price,
                maxAsk,
                maxRuntimeS,
                null,
                null);
    }

    /** For a node that placement has chosen. */
    public static JobNeed on(UUID node, String workload, BigInteger price, @Nullable UUID run) {
        return new JobNeed(workload, false, null, 0, 0, List.of(), List.of(), null, price, null, 0, run, node);
    }

    public static JobNeed of(
            String workload,
            Constraints constraints,
            JobLimits limits,
            BigInteger price,
            long maxRuntimeS,
            @Nullable UUID run) {
        return new JobNeed(
                workload,
                Boolean.TRUE.equals(constraints.gpu()),
                constraints.cuda(),
                atLeast(constraints.minVramMb(), limits.vramMb()),
                atLeast(constraints.minRamMb(), limits.ramMb()),
                constraints.workloads() == null ? List.of() : constraints.workloads(),
                constraints.models() == null ? List.of() : constraints.models(),
                constraints.region(),
                price,
                constraints.maxPrice() == null ? null : Money.parse(constraints.maxPrice()),
                maxRuntimeS,
                run,
                null);
    }

    /** The highest ask that both the offer and the buyer's own cap allow. */
    BigInteger highestAsk() {
        return maxAsk == null ? price : price.min(maxAsk);
    }

    private static long atLeast(@Nullable Long a, @Nullable Long b) {
        return Stream.of(a, b)
                .mapToLong(value -> value == null ? 0 : value)
                .max()
                .orElse(0);
    }
}
