package io.pithead.coordinator.dispatch.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EligibilityTest {
    @Test
    void a_machine_that_has_just_what_is_asked_for_fits() {
        assertThat(Eligibility.refusals(Samples.NEED, Samples.NODE)).isEmpty();
    }

    @Test
    void a_need_of_nothing_fits_a_machine_that_says_nothing_of_itself() {
        var need = new JobNeed(
                "w0",
                false,
                null,
                0,
                0,
                java.util.List.of(),
                java.util.List.of(),
                null,
                BigInteger.ZERO,
                null,
                1_000_000);
        var node = new NodeShape(false, null, null, null, null, Set.of("w0"), Set.of(), null, BigInteger.ZERO);

        assertThat(Eligibility.fits(need, node)).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("machines")
    void what_one_thing_lacks_is_refused_for_that_one_reason(Refusal refusal, NodeShape node) {
        assertThat(Eligibility.refusals(Samples.NEED, node)).containsExactly(refusal);
    }

    @Test
    void every_refusal_about_the_machine_has_a_case_above() {
        var shown = EnumSet.noneOf(Refusal.class);
        machines().forEach(row -> shown.add((Refusal) row.get()[0]));

        assertThat(shown)
                .isEqualTo(EnumSet.complementOf(EnumSet.of(
                        Refusal.NODE_OFFLINE, Refusal.NODE_BANNED, Refusal.NODE_DRAINING, Refusal.NODE_BUSY)));
    }

    @Test
    void a_machine_that_lacks_everything_is_refused_for_every_reason() {
        var node = new NodeShape(false, null, null, null, 1L, Set.of(), Set.of(), null, BigInteger.TEN);

        assertThat(Eligibility.refusals(Samples.NEED, node)).hasSize(10);
    }

    @Test
    void the_lower_of_offer_and_cap_is_what_may_be_asked() {
        assertThat(Samples.NEED.highestAsk()).isEqualTo(BigInteger.valueOf(4));
    }

    static Stream<Arguments> machines() {
        return Stream.of(
                Arguments.of(Refusal.WORKLOAD_NOT_OFFERED, node(true, "12.4", 8_000L, 16_000L, Set.of("w1"), "eu", 4)),
                Arguments.of(Refusal.WORKLOAD_NOT_OFFERED, node(true, "12.4", 8_000L, 16_000L, Set.of("w0"), "eu", 4)),
                Arguments.of(Refusal.NO_GPU, node(false, "12.4", 8_000L, 16_000L, Set.of("w0", "w1"), "eu", 4)),
                Arguments.of(Refusal.CUDA_TOO_OLD, node(true, "12.3", 8_000L, 16_000L, Set.of("w0", "w1"), "eu", 4)),
                Arguments.of(Refusal.CUDA_TOO_OLD, node(true, null, 8_000L, 16_000L, Set.of("w0", "w1"), "eu", 4)),
                Arguments.of(Refusal.NOT_ENOUGH_VRAM, node(true, "12.4", 7_999L, 16_000L, Set.of("w0", "w1"), "eu", 4)),
                Arguments.of(Refusal.NOT_ENOUGH_VRAM, node(true, "12.4", null, 16_000L, Set.of("w0", "w1"), "eu", 4)),
                Arguments.of(Refusal.NOT_ENOUGH_RAM, node(true, "12.4", 8_000L, 15_999L, Set.of("w0", "w1"), "eu", 4)),
                Arguments.of(Refusal.NOT_ENOUGH_RAM, node(true, "12.4", 8_000L, null, Set.of("w0", "w1"), "eu", 4)),
                Arguments.of(Refusal.OTHER_REGION, node(true, "12.4", 8_000L, 16_000L, Set.of("w0", "w1"), "us", 4)),
                Arguments.of(Refusal.OTHER_REGION, node(true, "12.4", 8_000L, 16_000L, Set.of("w0", "w1"), null, 4)),
                Arguments.of(Refusal.ASK_ABOVE_OFFER, node(true, "12.4", 8_000L, 16_000L, Set.of("w0", "w1"), "eu", 5)),
                Arguments.of(
                        Refusal.MODEL_NOT_OFFERED,
                        new NodeShape(
                                true,
                                "12.10",
                                9_000L,
                                17_000L,
                                null,
                                Set.of("w0", "w1"),
                                Set.of("mistral"),
                                "eu",
                                BigInteger.ZERO,
                                Set.of(Samples.RUN))),
                Arguments.of(
                        Refusal.RUNTIME_TOO_LONG,
                        new NodeShape(
                                true,
                                "13",
                                9_000L,
                                17_000L,
                                599L,
                                Set.of("w0", "w1"),
                                Set.of("llama"),
                                "eu",
                                BigInteger.ZERO,
                                Set.of(Samples.RUN))),
                Arguments.of(Refusal.NOT_IN_RUN, in(Set.of())),
                Arguments.of(Refusal.NOT_IN_RUN, in(Set.of(Samples.OTHER_RUN))));
    }

    private static NodeShape node(
            boolean gpu,
            @Nullable String cuda,
            @Nullable Long vram,
            @Nullable Long ram,
            Set<String> workloads,
            @Nullable String region,
            int ask) {
        return new NodeShape(
                gpu,
                cuda,
                vram,
                ram,
                600L,
                workloads,
                Set.of("llama"),
                region,
                BigInteger.valueOf(ask),
                Set.of(Samples.RUN));
    }

    private static NodeShape in(Set<UUID> runs) {
        NodeShape node = Samples.NODE;
        return new NodeShape(
                node.gpu(),
                node.cuda(),
                node.vramMb(),
                node.ramMb(),
                node.maxRuntimeS(),
                node.workloads(),
                node.models(),
                node.region(),
                node.ask(),
                runs);
    }
}
