package io.pithead.miner.container.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pithead.miner.container.core.GpuPolicy.Gpu;
import io.pithead.miner.container.core.Hardening.Refusal;
import io.pithead.protocol.task.Resources;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GpuPolicyTest {
    private static final List<Gpu> GPUS =
            List.of(new Gpu(0, "GPU-large", 80_000), new Gpu(1, "GPU-small", 24_000), new Gpu(2, "GPU-third", 24_000));

    private static GpuPolicy all() {
        return GpuPolicy.of(GPUS, Optional.empty(), false);
    }

    private static Resources ask(@Nullable Integer gpus, @Nullable Long vramMb) {
        return new Resources(null, null, vramMb, gpus, null, null, null);
    }

    private static Problem refused(GpuPolicy policy, Resources asked, List<String> taken) {
        return catchThrowableOfType(Refusal.class, () -> policy.choose(asked, taken))
                .problem();
    }

    @Test
    void who_asks_for_none_gets_none() throws Exception {
        assertThat(all().choose(Resources.NONE, List.of())).isEmpty();
        assertThat(all().choose(ask(0, 0L), List.of())).isEmpty();
    }

    @Test
    void the_smallest_that_are_enough_are_given() throws Exception {
        assertThat(all().choose(ask(1, null), List.of())).containsExactly("GPU-small");
        assertThat(all().choose(ask(2, null), List.of())).containsExactly("GPU-small", "GPU-third");
        assertThat(all().choose(ask(1, 40_000L), List.of())).containsExactly("GPU-large");
    }

    @Test
    void memory_alone_means_one() throws Exception {
        assertThat(all().choose(ask(null, 1L), List.of())).containsExactly("GPU-small");
    }

    @Test
    void what_one_container_has_no_other_gets() throws Exception {
        assertThat(all().choose(ask(1, null), List.of("GPU-small"))).containsExactly("GPU-third");
        assertThat(refused(all(), ask(3, null), List.of("GPU-small")).message()).contains("other containers");
    }

    @Test
    void where_the_owner_shares_them_the_least_shared_are_given() throws Exception {
        GpuPolicy shared = GpuPolicy.of(GPUS, Optional.empty(), true);
        assertThat(shared.choose(ask(1, null), List.of("GPU-small", "GPU-third", "GPU-small")))
                .containsExactly("GPU-large");
        assertThat(shared.choose(ask(3, null), List.of("GPU-small"))).hasSize(3);
    }

    @Test
    void the_owner_names_them_by_index_or_uuid() throws Exception {
        GpuPolicy some = GpuPolicy.of(GPUS, Optional.of(Set.of("0", "GPU-third")), false);
        assertThat(some.choose(ask(2, null), List.of())).containsExactly("GPU-third", "GPU-large");
        assertThat(refused(some, ask(3, null), List.of()).message()).contains("2 GPUs");
        assertThat(refused(GpuPolicy.of(GPUS, Optional.of(Set.of()), true), ask(1, null), List.of()))
                .satisfies(problem -> {
                    assertThat(problem.code()).isEqualTo("NO_GPU");
                    assertThat(problem.retryable()).isTrue();
                });
    }

    @Test
    void more_memory_than_any_has_is_refused() {
        assertThat(refused(all(), ask(1, 80_001L), List.of()).message()).contains("80001 MiB");
    }
}
