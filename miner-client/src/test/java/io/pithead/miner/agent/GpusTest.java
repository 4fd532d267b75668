package io.pithead.miner.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.container.core.GpuPolicy;
import io.pithead.miner.container.core.Hardening.Refusal;
import io.pithead.protocol.task.Resources;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class GpusTest {
    private static final Resources ONE = new Resources(null, null, null, 1, null, null, null);

    private final Attempt first = new Attempt(UUID.randomUUID(), 1);
    private final Attempt second = new Attempt(UUID.randomUUID(), 2);
    private final Gpus gpus = new Gpus(new GpuPolicy(List.of(new GpuPolicy.Gpu(0, "GPU-a", 1_000)), false));

    @Test
    void none_is_given_before_a_container_has_seen_one() throws Exception {
        assertThatThrownBy(() -> gpus.take(first, ONE)).isInstanceOf(Refusal.class);
        assertThat(gpus.take(first, Resources.NONE)).isEmpty();
        gpus.shown(true);
        assertThat(gpus.take(first, ONE)).containsExactly("GPU-a");
    }

    @Test
    void one_is_given_again_only_after_it_was_given_back() throws Exception {
        gpus.shown(true);
        gpus.take(first, ONE);
        assertThat(gpus.held()).containsExactly("GPU-a");
        assertThatThrownBy(() -> gpus.take(second, ONE)).isInstanceOf(Refusal.class);
        // the same attempt tries again after the engine was away
        assertThat(gpus.take(first, ONE)).containsExactly("GPU-a");
        gpus.giveBack(first);
        assertThat(gpus.held()).isEmpty();
        assertThat(gpus.take(second, ONE)).containsExactly("GPU-a");
    }

    @Test
    void what_a_container_of_an_earlier_miner_has_is_taken() {
        gpus.shown(true);
        gpus.has(first, List.of("GPU-a"));
        assertThatThrownBy(() -> gpus.take(second, ONE)).isInstanceOf(Refusal.class);
    }
}
