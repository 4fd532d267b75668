package io.pithead.miner.container.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.miner.container.core.OwnerPolicy.NetworkPolicy;
import io.pithead.miner.container.core.OwnerPolicy.RootPolicy;
import io.pithead.miner.testing.Specs;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HardeningGpuTest {
    private static final ImageFacts IMAGE =
            new ImageFacts("sha256:1", "sha256:2", "linux", "amd64", "", List.of(), List.of(), Set.of());
    private static final OwnerPolicy OWNER =
            new OwnerPolicy(RootPolicy.IMAGE, false, NetworkPolicy.BRIDGE, BigDecimal.ONE, 256, 100, 1_000);

    private static ContainerPlan plan(Specs specs, List<String> gpus) throws Exception {
        return Hardening.plan(
                specs.spec(),
                Map.of(),
                IMAGE,
                OWNER,
                new Hardening.Naming("name", Map.of(), Map.of("PITHEAD_TASK_ID", "the-task")),
                new Hardening.Folders("/d", "/s", "/b", name -> "/m/" + name, 7),
                gpus);
    }

    @Test
    void an_image_or_a_buyer_cannot_ask_the_runtime_for_gpus_by_a_variable() throws Exception {
        Specs greedy = Specs.shell("true").env("NVIDIA_VISIBLE_DEVICES", "all");
        assertThat(plan(greedy, List.of()).env()).contains("NVIDIA_VISIBLE_DEVICES=void");
        assertThat(plan(greedy, List.of("GPU-a", "GPU-b")).env()).contains("NVIDIA_VISIBLE_DEVICES=GPU-a,GPU-b");
    }

    @Test
    void the_devices_that_were_chosen_are_in_the_plan() throws Exception {
        assertThat(plan(Specs.shell("true"), List.of("GPU-a")).gpus()).containsExactly("GPU-a");
    }
}
