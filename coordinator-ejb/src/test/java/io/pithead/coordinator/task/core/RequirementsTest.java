package io.pithead.coordinator.task.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.protocol.node.Hardware.Gpu;
import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequirementsTest {
    private static Machine machine(int gpus, String model, long vramMb) {
        List<Gpu> all = IntStream.range(0, gpus)
                .mapToObj(i -> new Gpu(i, "GPU-" + i, model, vramMb, null, null))
                .toList();
        return new Machine(true, true, 16, 64_000, 2_000_000, all, null, BigInteger.ZERO, 1, null, null);
    }

    private static boolean fits(String requirements, Machine machine) {
        return Requirements.parse(requirements).refusal(machine).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gpu:count=8;gpu:model=H100;gpu:memory_mb=80000|true",
                "gpu:count=4;gpu:model=H100|false",
                "gpu:count=4;gpu:model=H100;gpu:count=8;gpu:model=h_100|true",
                "gpu:model=A100,nvidia h100 80gb hbm3 sxm|true",
                "gpu:model=A100,RTX4090|false",
                "gpu:memory_mb_min=90000|false",
                "gpu:memory_mb_min=40000;gpu:memory_mb_max=80000|false",
                "gpu:memory_mb_max=90000|true",
                "gpu:total_memory_min=640000|true",
                "gpu:total_memory_min=660000|false",
                "gpu:total_memory_max=640000|false",
                "cpu:cores=16;ram_mb=64000;storage_gb=2000|true",
                "cpu:cores=17|false",
                "ram_mb=64001|false",
                "storage_gb=2001|false",
                " ; ram_mb = 1 ;|true",
            })
    void a_machine_of_eight_fits_or_not(String requirements, boolean fits) {
        assertThat(fits(requirements, machine(8, "NVIDIA H100 80GB HBM3", 81_559)))
                .isEqualTo(fits);
    }

    @Test
    void a_machine_that_states_no_model_has_none() {
        assertThat(fits("gpu:model=H100", machine(1, "", 1))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpu:speed=1",
                "ram=1",
                "ram_mb",
                "=1",
                "ram_mb=-1",
                "ram_mb=99999999999999999999",
                "ram_mb=1.5",
                "ram_mb=1;ram_mb=2",
                "gpu:model=",
                "gpu:model=x",
                "gpu:count=2;gpu:model=A100;gpu:model=H100",
                "gpu:memory_mb=1;gpu:memory_mb_min=1",
                "gpu:memory_mb_min=2;gpu:memory_mb_max=1",
            })
    void a_wrong_one_is_named_never_a_crash(String requirements) {
        assertThatThrownBy(() -> Requirements.parse(requirements)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void whatever_is_sent_is_read_or_refused(@ForAll String text) {
        try {
            Requirements.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e).isExactlyInstanceOf(IllegalArgumentException.class).hasMessageMatching("(?s).+");
        }
    }
}
