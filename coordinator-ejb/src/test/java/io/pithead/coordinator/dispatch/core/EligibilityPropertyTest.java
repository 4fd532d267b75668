package io.pithead.coordinator.dispatch.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

class EligibilityPropertyTest {
    @Property
    void a_bigger_machine_never_gets_a_new_refusal(
            @ForAll("needs") JobNeed need,
            @ForAll("nodes") NodeShape node,
            @ForAll @IntRange(min = 0, max = 5) int more) {
        NodeShape bigger = new NodeShape(
                true,
                "99.9",
                plus(node.vramMb(), more),
                plus(node.ramMb(), more),
                node.maxRuntimeS() == null ? null : node.maxRuntimeS() + more,
                with(node.workloads(), "w" + more),
                with(node.models(), "m" + more),
                node.region(),
                node.ask().subtract(BigInteger.valueOf(more)).max(BigInteger.ZERO),
                node.runs());

        assertThat(Eligibility.refusals(need, node)).containsAll(Eligibility.refusals(need, bigger));
    }

    @Property
    void what_fits_a_need_fits_every_lesser_need(@ForAll("needs") JobNeed need, @ForAll("nodes") NodeShape node) {
        JobNeed lesser = new JobNeed(
                need.workload(),
                false,
                null,
                need.minVramMb() / 2,
                need.minRamMb() / 2,
                java.util.List.of(),
                java.util.List.of(),
                null,
                need.price().add(BigInteger.ONE),
                null,
                1);

        assertThat(Eligibility.refusals(need, node)).containsAll(Eligibility.refusals(lesser, node));
    }

    @Property
    void the_nodes_of_a_run_alone_get_its_jobs_and_nothing_else_becomes_of_them(
            @ForAll("needs") JobNeed need, @ForAll("nodes") NodeShape node) {
        var anywhere = new JobNeed(
                need.workload(),
                need.gpu(),
                need.cuda(),
                need.minVramMb(),
                need.minRamMb(),
                need.alsoWorkloads(),
                need.models(),
                need.region(),
                need.price(),
                need.maxAsk(),
                need.maxRuntimeS());
        boolean isIn = need.run() == null || node.runs().contains(need.run());

        Set<Refusal> expected = new HashSet<>(Eligibility.refusals(anywhere, node));
        assertThat(expected).doesNotContain(Refusal.NOT_IN_RUN);
        if (!isIn) {
            expected.add(Refusal.NOT_IN_RUN);
        }
        assertThat(Eligibility.refusals(need, node)).isEqualTo(expected);
    }

    private static @Nullable Long plus(@Nullable Long has, int more) {
        return has == null ? null : has + more;
    }

    private static Set<String> with(Set<String> names, String name) {
        var all = new HashSet<>(names);
        all.add(name);
        return all;
    }

    @Provide
    Arbitrary<JobNeed> needs() {
        return Samples.needs();
    }

    @Provide
    Arbitrary<NodeShape> nodes() {
        return Samples.nodes();
    }
}
