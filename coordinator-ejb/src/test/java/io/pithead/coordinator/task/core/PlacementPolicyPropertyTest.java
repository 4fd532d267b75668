package io.pithead.coordinator.task.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.task.core.PlacementPolicy.Candidate;
import io.pithead.coordinator.task.core.PlacementPolicy.Choice;
import io.pithead.coordinator.task.core.PlacementPolicy.Need;
import io.pithead.protocol.task.Resources;
import java.math.BigInteger;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class PlacementPolicyPropertyTest {
    private static final Need NEED = new Need(
            Requirements.parse("ram_mb=4"),
            new Resources(null, 6L, null, null, null, null, null),
            BigInteger.valueOf(5),
            60L);

    @Provide
    Arbitrary<List<Candidate>> fleets() {
        Arbitrary<Machine> machines = Combinators.combine(
                        Arbitraries.of(true, true, false),
                        Arbitraries.longs().between(0, 12),
                        Arbitraries.longs().between(30, 90).injectNull(0.5),
                        Arbitraries.integers().between(0, 10))
                .as((containers, ram, runtime, ask) -> new Machine(
                        containers, true, 4, ram, 100_000, List.of(), runtime, BigInteger.valueOf(ask), 1, null, null));
        return Combinators.combine(
                        machines,
                        Arbitraries.of(false, false, true),
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.of(true, true, false),
                        Arbitraries.of(0.0, 0.1, 0.9))
                .as((machine, draining, held, inRun, score) ->
                        new Candidate(UUID.randomUUID(), machine, draining, held, inRun, score))
                .list()
                .ofMaxSize(12);
    }

    @Property
    void only_nodes_that_fit_are_chosen_and_never_one_twice_or_too_many(
            @ForAll("fleets") List<Candidate> fleet, @ForAll @IntRange(max = 15) int wanted) {
        Choice choice = PlacementPolicy.choose(NEED, fleet, wanted);
        assertThat(choice.nodes()).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(wanted);
        for (Candidate candidate : fleet) {
            if (choice.nodes().contains(candidate.node())) {
                assertThat(candidate.draining()).isFalse();
                assertThat(candidate.inRun()).isTrue();
                assertThat(candidate.machine().containers()).isTrue();
                assertThat(candidate.machine().ramMb()).isGreaterThanOrEqualTo(6);
                assertThat(candidate.machine().ask()).isLessThanOrEqualTo(BigInteger.valueOf(5));
                assertThat(candidate.machine().maxRuntimeS())
                        .satisfiesAnyOf(
                                limit -> assertThat(limit).isNull(),
                                limit -> assertThat(limit).isGreaterThanOrEqualTo(60));
            }
        }
    }

    @Property
    void no_node_that_fits_is_lost_while_more_are_wanted(@ForAll("fleets") List<Candidate> fleet) {
        Choice choice = PlacementPolicy.choose(NEED, fleet, Integer.MAX_VALUE);
        int refused =
                choice.refusals().values().stream().mapToInt(Integer::intValue).sum();
        assertThat(choice.nodes().size() + refused).isEqualTo(fleet.size());
    }

    @Property
    void the_least_laden_go_first_and_of_these_the_best_reputed(
            @ForAll("fleets") List<Candidate> fleet, @ForAll @IntRange(max = 5) int wanted) {
        List<UUID> all = PlacementPolicy.choose(NEED, fleet, Integer.MAX_VALUE).nodes();
        List<UUID> some = PlacementPolicy.choose(NEED, fleet, wanted).nodes();
        assertThat(some).isEqualTo(all.subList(0, Math.min(wanted, all.size())));
        List<Candidate> chosen = all.stream()
                .map(node -> fleet.stream()
                        .filter(candidate -> candidate.node().equals(node))
                        .findFirst()
                        .orElseThrow())
                .toList();
        for (int i = 1; i < chosen.size(); i++) {
            Candidate before = chosen.get(i - 1);
            Candidate after = chosen.get(i);
            assertThat(before.held()).isLessThanOrEqualTo(after.held());
            assertThat(before.held() < after.held() || before.score() >= after.score())
                    .as("of equally laden ones")
                    .isTrue();
        }
    }
}
