package io.pithead.coordinator.task.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.task.core.Grouping.Forming;
import io.pithead.coordinator.task.core.Grouping.Group;
import io.pithead.coordinator.task.core.Grouping.Peer;
import io.pithead.coordinator.task.core.Grouping.Plan;
import io.pithead.protocol.node.Location;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class GroupingPropertyTest {
    private static final Topology PAIR = topology("pair", 2, 2);
    private static final Topology SOME = topology("some", 1, 4);
    private static final Topology MANY = topology("many", 3, 5);
    private static final List<Topology> ALL = List.of(PAIR, SOME, MANY);

    /** What is there before a plan. */
    record Scene(List<Topology> topologies, List<Forming> forming, List<Peer> peers, int wanted) {
        Plan plan() {
            return Grouping.plan(topologies, forming, peers, wanted);
        }

        Scene after(Plan plan) {
            List<Forming> groups = plan.groups().stream()
                    .map(group -> new Forming(
                            group.id() == null ? UUID.randomUUID() : group.id(),
                            group.topology().name(),
                            group.nodes()))
                    .toList();
            return new Scene(topologies, groups, peers, wanted);
        }
    }

    private static Topology topology(String name, int min, int max) {
        return new Topology(name, min, max, Requirements.NONE);
    }

    private static Location at(double latitude, double longitude) {
        return new Location(BigDecimal.valueOf(latitude), BigDecimal.valueOf(longitude));
    }

    private static Peer peer(int id, Location location) {
        return new Peer(new UUID(0, id), location, Set.of("pair", "some", "many"), 0);
    }

    /** Nodes, some of which are gone, and groups of them that were right once. */
    @Provide
    Arbitrary<Scene> scenes() {
        Arbitrary<Location> places = Combinators.combine(
                        Arbitraries.integers().between(-9_000, 9_000),
                        Arbitraries.integers().between(-18_000, 18_000))
                .as((latitude, longitude) -> at(latitude / 100.0, longitude / 100.0));
        Arbitrary<Peer> peers = Combinators.combine(
                        Arbitraries.longs().between(1, 200),
                        places.injectNull(0.3),
                        Arbitraries.subsetOf("pair", "some", "many"),
                        Arbitraries.of(0, 0, 0, 1, 2))
                .as((id, place, fits, lapses) -> new Peer(new UUID(id, id), place, fits, lapses));
        return Combinators.combine(
                        peers.list().ofMaxSize(24).uniqueElements(Peer::node),
                        Arbitraries.subsetOf(PAIR, SOME, MANY).map(List::copyOf),
                        Arbitraries.integers().between(0, 12),
                        Arbitraries.randoms(),
                        Arbitraries.integers().between(0, 100))
                .as(GroupingPropertyTest::scene);
    }

    private static Scene scene(
            List<Peer> peers, List<Topology> topologies, int wanted, Random random, int percentGone) {
        var nodes = new ArrayList<>(peers);
        Collections.shuffle(nodes, random);
        var forming = new ArrayList<Forming>();
        while (nodes.size() > 6 && random.nextInt(4) > 0) {
            Topology topology = ALL.get(random.nextInt(ALL.size()));
            int size = topology.minSize() + random.nextInt(topology.maxSize() - topology.minSize() + 1);
            List<Peer> members = nodes.subList(0, size);
            forming.add(new Forming(
                    new UUID(7, random.nextLong()),
                    topology.name(),
                    members.stream().map(Peer::node).toList()));
            members.clear();
        }
        List<Peer> there = peers.stream()
                .filter(peer -> random.nextInt(100) >= percentGone)
                .toList();
        return new Scene(topologies, forming, there, wanted);
    }

    @Property
    void no_node_is_in_two_groups_and_none_that_was_not_there(@ForAll("scenes") Scene scene) {
        var seen = new HashSet<UUID>();
        for (Group group : scene.plan().groups()) {
            for (UUID node : group.nodes()) {
                assertThat(seen.add(node)).as("%s once", node).isTrue();
                assertThat(scene.peers())
                        .filteredOn(peer -> peer.node().equals(node))
                        .singleElement()
                        .satisfies(peer -> assertThat(peer.topologies())
                                .contains(group.topology().name()));
            }
        }
    }

    @Property
    void every_group_has_a_size_in_bounds_and_no_more_are_made_than_wanted(@ForAll("scenes") Scene scene) {
        Plan plan = scene.plan();
        assertThat(plan.groups()).hasSizeLessThanOrEqualTo(scene.wanted());
        for (Group group : plan.groups()) {
            assertThat(scene.topologies()).contains(group.topology());
            assertThat(group.nodes())
                    .hasSizeBetween(group.topology().minSize(), group.topology().maxSize());
        }
    }

    @Property
    void every_group_there_was_lives_on_or_is_said_to_be_dissolved(@ForAll("scenes") Scene scene) {
        Plan plan = scene.plan();
        var kept =
                plan.groups().stream().map(Group::id).filter(id -> id != null).toList();
        assertThat(kept).doesNotHaveDuplicates().noneMatch(plan.dissolved()::contains);
        assertThat(scene.forming())
                .extracting(Forming::id)
                .allMatch(id -> kept.contains(id) || plan.dissolved().contains(id));
        assertThat(kept.size() + plan.dissolved().size())
                .isEqualTo(scene.forming().size());
    }

    @Property
    void no_node_is_lost_while_it_could_be_in_a_group(@ForAll("scenes") Scene scene) {
        Plan plan = scene.plan();
        var used = new HashSet<UUID>();
        plan.groups().forEach(group -> used.addAll(group.nodes()));
        List<Peer> left = scene.peers().stream()
                .filter(peer -> !used.contains(peer.node()))
                .toList();
        for (Group group : plan.groups()) {
            if (group.nodes().size() < group.topology().maxSize()) {
                assertThat(left)
                        .as("nodes that %s has room for", group)
                        .noneMatch(peer ->
                                peer.topologies().contains(group.topology().name()));
            }
        }
        if (plan.groups().size() < scene.wanted()) {
            for (Topology topology : scene.topologies()) {
                assertThat(left.stream().filter(peer -> peer.topologies().contains(topology.name())))
                        .as("nodes left that could be a %s", topology)
                        .hasSizeLessThan(topology.minSize());
            }
        }
    }

    @Property
    void nodes_that_are_in_a_group_stay_in_one(@ForAll("scenes") Scene scene) {
        Plan first = scene.plan();
        Plan second = scene.after(first).plan();
        var before = new HashSet<UUID>();
        first.groups().forEach(group -> before.addAll(group.nodes()));
        var after = new HashSet<UUID>();
        second.groups().forEach(group -> after.addAll(group.nodes()));
        assertThat(after).containsAll(before);
    }

    @Property
    void the_same_snapshot_in_any_order_gives_the_same_plan(@ForAll("scenes") Scene scene, @ForAll Random random) {
        var peers = new ArrayList<>(scene.peers());
        var forming = new ArrayList<>(scene.forming());
        var topologies = new ArrayList<>(scene.topologies());
        Collections.shuffle(peers, random);
        Collections.shuffle(forming, random);
        Collections.shuffle(topologies, random);
        assertThat(Grouping.plan(topologies, forming, peers, scene.wanted())).isEqualTo(scene.plan());
    }

    @Property
    void a_merge_only_ever_makes_groups_of_one_topology_larger(@ForAll("scenes") Scene scene) {
        Plan plan = scene.plan();
        for (Forming before : scene.forming()) {
            List<UUID> stillFit = before.nodes().stream()
                    .filter(node -> scene.peers().stream()
                            .anyMatch(peer -> peer.node().equals(node)
                                    && peer.topologies().contains(before.topology())))
                    .toList();
            for (Group group : plan.groups()) {
                if (before.id().equals(group.id())) {
                    assertThat(group.topology().name()).isEqualTo(before.topology());
                    assertThat(group.nodes()).containsAll(stillFit);
                } else if (stillFit.stream().anyMatch(group.nodes()::contains)) {
                    assertThat(plan.dissolved()).contains(before.id());
                }
            }
        }
    }

    @Property
    void the_ring_passes_every_node_once(@ForAll("scenes") Scene scene) {
        for (Group group : scene.plan().groups()) {
            List<UUID> ring = group.nodes();
            assertThat(ring).isSortedAccordingTo((a, b) -> a.toString().compareTo(b.toString()));
            assertThat(IntStream.range(0, ring.size())
                            .mapToObj(i -> Grouping.next(ring, i))
                            .toList())
                    .containsExactlyInAnyOrderElementsOf(ring);
            assertThat(Grouping.next(ring, ring.size() - 1)).isEqualTo(ring.getFirst());
        }
    }

    @Test
    void neighbours_are_grouped_and_who_says_nothing_comes_last() {
        Peer berlin = peer(1, at(52.52, 13.40));
        Peer sydney = peer(2, at(-33.87, 151.21));
        Peer potsdam = peer(3, at(52.39, 13.06));
        Peer melbourne = peer(4, at(-37.81, 144.96));
        Peer somewhere = new Peer(new UUID(0, 0), null, Set.of("pair"), 0);
        Plan plan = Grouping.plan(List.of(PAIR), List.of(), List.of(berlin, sydney, potsdam, melbourne, somewhere), 9);
        assertThat(plan.groups())
                .extracting(Group::nodes)
                .containsExactly(List.of(berlin.node(), potsdam.node()), List.of(sydney.node(), melbourne.node()));
    }

    @Test
    void small_groups_merge_with_the_nearest_that_they_have_room_for() {
        Forming berlin = new Forming(new UUID(7, 1), "some", List.of(new UUID(0, 1)));
        Forming sydney = new Forming(new UUID(7, 2), "some", List.of(new UUID(0, 2)));
        Forming potsdam = new Forming(new UUID(7, 3), "some", List.of(new UUID(0, 3)));
        Topology two = topology("some", 1, 2);
        Plan plan = Grouping.plan(
                List.of(two),
                List.of(berlin, sydney, potsdam),
                List.of(peer(1, at(52.52, 13.40)), peer(2, at(-33.87, 151.21)), peer(3, at(52.39, 13.06))),
                9);
        assertThat(plan.groups())
                .extracting(Group::nodes)
                .containsExactlyInAnyOrder(List.of(new UUID(0, 1), new UUID(0, 3)), List.of(new UUID(0, 2)));
        assertThat(plan.dissolved()).containsExactly(potsdam.id());
    }

    @Test
    void a_node_that_groups_failed_with_is_taken_last() {
        Peer bad = new Peer(new UUID(0, 1), at(0, 0), Set.of("pair"), 1);
        Plan plan = Grouping.plan(List.of(PAIR), List.of(), List.of(bad, peer(2, at(0, 0)), peer(3, at(60, 60))), 1);
        assertThat(plan.groups().getFirst().nodes()).containsExactly(new UUID(0, 2), new UUID(0, 3));
    }

    @Test
    void the_distance_is_that_of_the_great_circle() {
        assertThat(Grouping.km(at(52.52, 13.40), at(48.86, 2.35))).isBetween(870.0, 885.0);
        assertThat(Grouping.km(at(0, 179.9), at(0, -179.9))).isLessThan(25);
        assertThat(Grouping.km(at(90, 0), at(-90, 0))).isBetween(20_014.0, 20_016.0);
        assertThat(Grouping.km(at(1, 1), null)).isEqualTo(Double.MAX_VALUE);
    }
}
