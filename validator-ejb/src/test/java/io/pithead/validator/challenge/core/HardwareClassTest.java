package io.pithead.validator.challenge.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.challenge.ClaimedNode;
import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.node.Mode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HardwareClassTest {
    private static Hardware machine(@Nullable String model, int cores, long ramMb, @Nullable String gpu) {
        List<Hardware.Gpu> gpus = gpu == null ? List.of() : List.of(new Hardware.Gpu(0, "GPU-1", gpu, 1L, null, null));
        return new Hardware(new Hardware.Cpu(model, cores, cores, "amd64"), ramMb, gpus, null, null, null, null);
    }

    private static String of(@Nullable Hardware hardware) {
        return HardwareClass.of(new ClaimedNode(
                        "0x" + "b".repeat(40), Mode.CPU, false, hardware, null, null, true, Instant.EPOCH))
                .orElse("");
    }

    @Test
    void equal_machines_are_of_one_class_though_their_systems_keep_different_shares_of_the_memory() {
        assertThat(of(machine("AMD EPYC 7763", 8, 31_900, "NVIDIA A10")))
                .isEqualTo("CPU, AMD EPYC 7763 amd64, cores 8, GiB 32, NVIDIA A10")
                .isEqualTo(of(machine("AMD  EPYC\t7763 ", 8, 32_100, "NVIDIA A10")));
    }

    @Test
    void other_processors_cores_memory_and_cards_are_other_classes() {
        assertThat(List.of(
                        of(machine("a", 8, 32_768, "x")),
                        of(machine("b", 8, 32_768, "x")),
                        of(machine("a", 4, 32_768, "x")),
                        of(machine("a", 8, 65_536, "x")),
                        of(machine("a", 8, 32_768, null)),
                        of(machine("a", 8, 1, "x"))))
                .doesNotHaveDuplicates();
    }

    @Test
    void who_does_not_say_what_it_is_is_of_no_class_and_a_long_name_is_cut() {
        assertThat(of(null)).isEmpty();
        assertThat(of(machine(null, 8, 32_768, null))).isEmpty();
        assertThat(of(machine("\u0000\u2603 ", 8, 32_768, null))).isEmpty();
        assertThat(of(machine("m".repeat(5_000), 8, 32_768, "g".repeat(5_000))))
                .hasSizeLessThanOrEqualTo(HardwareClass.MAX_LENGTH);
    }
}
