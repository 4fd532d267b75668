package io.pithead.coordinator.dispatch.core;

import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Needs and machines from small worlds, so that they fit often and fail to fit in every way. */
final class Samples {
    static final UUID RUN = new UUID(0, 1);
    static final UUID OTHER_RUN = new UUID(0, 2);
    static final JobNeed NEED = new JobNeed(
            "w0",
            true,
            "12.4",
            8_000,
            16_000,
            List.of("w1"),
            List.of("llama"),
            "eu",
            BigInteger.valueOf(5),
            BigInteger.valueOf(4),
            600,
            RUN,
            null);
    static final NodeShape NODE = new NodeShape(
            true,
            "12.4",
            8_000L,
            16_000L,
            600L,
            Set.of("w0", "w1"),
            Set.of("llama"),
            "eu",
            BigInteger.valueOf(4),
            Set.of(RUN, OTHER_RUN));

    private Samples() {}

    static Arbitrary<JobNeed> needs() {
        return Combinators.combine(
                        names("w").map(names -> names.stream().findFirst().orElse("w0")),
                        Arbitraries.of(true, false),
                        cuda(),
                        megabytes().injectNull(0.3),
                        megabytes().injectNull(0.3),
                        Combinators.combine(names("w"), names("m"), region(), runs())
                                .as(Names::new),
                        Combinators.combine(amount(), amount().injectNull(0.4)).as(Money2::new),
                        Arbitraries.longs().between(1, 20))
                .as((workload, gpu, cuda, vram, ram, names, money, runtime) -> new JobNeed(
                        workload,
                        gpu,
                        cuda,
                        vram == null ? 0 : vram,
                        ram == null ? 0 : ram,
                        names.also.stream().limit(1).toList(),
                        List.copyOf(names.models),
                        names.region,
                        money.price,
                        money.maxAsk,
                        runtime,
                        names.runs.stream().findFirst().orElse(null),
                        null));
    }

    static Arbitrary<NodeShape> nodes() {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        cuda(),
                        megabytes().injectNull(0.2),
                        megabytes().injectNull(0.2),
                        Arbitraries.longs().between(1, 20).injectNull(0.3),
                        Combinators.combine(names("w"), names("m"), region(), runs())
                                .as(Names::new),
                        amount())
                .as((gpu, cuda, vram, ram, runtime, names, ask) -> new NodeShape(
                        gpu, cuda, vram, ram, runtime, names.also, names.models, names.region, ask, names.runs));
    }

    private record Names(
            Set<String> also,
            Set<String> models,
            @org.jspecify.annotations.Nullable String region,
            Set<UUID> runs) {}

    private record Money2(
            BigInteger price,
            @org.jspecify.annotations.Nullable BigInteger maxAsk) {}

    private static Arbitrary<Set<String>> names(String prefix) {
        return Arbitraries.integers().between(0, 3).map(i -> prefix + i).set().ofMaxSize(4);
    }

    private static Arbitrary<Set<UUID>> runs() {
        return Arbitraries.of(RUN, OTHER_RUN).set().ofMaxSize(2);
    }

    private static Arbitrary<String> cuda() {
        return Arbitraries.of("11.8", "12", "12.4", "12.10").injectNull(0.4);
    }

    private static Arbitrary<String> region() {
        return Arbitraries.of("eu", "us").injectNull(0.4);
    }

    private static Arbitrary<Long> megabytes() {
        return Arbitraries.longs().between(0, 8);
    }

    private static Arbitrary<BigInteger> amount() {
        return Arbitraries.integers().between(0, 6).map(BigInteger::valueOf);
    }
}
