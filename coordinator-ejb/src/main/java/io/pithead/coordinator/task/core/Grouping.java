package io.pithead.coordinator.task.core;

import io.pithead.protocol.node.Location;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes of one task form groups. Only groups that have not begun are planned: one whose containers are placed is
 * neither here nor are its nodes, so nothing that is decided here touches what runs. The same snapshot gives the same plan.
 */
public final class Grouping {
    /** Ids in the order of their texts, which is the order of a group's indices. */
    private static final Comparator<UUID> BY_ID = Comparator.comparing(UUID::toString);

    private static final double EARTH_RADIUS_KM = 6_371;

    private Grouping() {}

    /**
     * A node that may join: it is there, fits the task, and is in no group, or in one of this task that is forming.
     *
     * @param topologies names of those whose requirements it meets
     * @param lapses groups of this task that have failed with it; such nodes are taken last
     */
    public record Peer(UUID node, @Nullable Location location, Set<String> topologies, int lapses) {
        public Peer {
            topologies = Set.copyOf(topologies);
        }
    }

    /** A group that has not begun. */
    public record Forming(UUID id, String topology, List<UUID> nodes) {
        public Forming {
            nodes = List.copyOf(nodes);
        }
    }

    /** A group as it should be; {@code id} is null for a new one. Its nodes are in the order of their indices. */
    public record Group(@Nullable UUID id, Topology topology, List<UUID> nodes) {
        public Group {
            nodes = ring(nodes);
        }
    }

    /** What should be, and the groups that are no more: too small by now, merged into others, or of no use. */
    public record Plan(List<Group> groups, Set<UUID> dissolved) {
        public Plan {
            groups = List.copyOf(groups);
            dissolved = Set.copyOf(dissolved);
        }
    }

    /** @param wanted groups that the task lacks, those that are forming included */
    public static Plan plan(
            Collection<Topology> topologies, Collection<Forming> forming, Collection<Peer> peers, int wanted) {
        var draft = new Draft(topologies, peers, wanted);
        forming.stream()
                .sorted(Comparator.comparing((Forming group) -> group.nodes().size())
                        .reversed()
                        .thenComparing(Forming::id, BY_ID))
                .forEach(draft::keep);
        draft.merge();
        draft.extend();
        draft.form();
        return draft.plan(forming);
    }

    /** Whether a group waits no longer for more nodes. */
    public static boolean isReady(Topology topology, int size, Instant formedAt, Duration settle, Instant now) {
        return size >= topology.maxSize() || !now.isBefore(formedAt.plus(settle));
    }

    /** Nodes in the order of their indices. */
    public static List<UUID> ring(Collection<UUID> nodes) {
        return nodes.stream().sorted(BY_ID).toList();
    }

    /** The node after this one in the ring; a group of one is its own neighbour. */
    public static UUID next(List<UUID> nodes, int index) {
        return nodes.get((index + 1) % nodes.size());
    }

    /** Great-circle distance; a node that does not say where it is, is farther than all that do. */
    static double km(@Nullable Location a, @Nullable Location b) {
        if (a == null || b == null) {
            return Double.MAX_VALUE;
        }
        double latitudeA = Math.toRadians(a.latitude().doubleValue());
        double latitudeB = Math.toRadians(b.latitude().doubleValue());
        double byLatitude = Math.sin((latitudeB - latitudeA) / 2);
        double byLongitude =
                Math.sin(Math.toRadians(b.longitude().subtract(a.longitude()).doubleValue()) / 2);
        double haversine =
                byLatitude * byLatitude + Math.cos(latitudeA) * Math.cos(latitudeB) * byLongitude * byLongitude;
        return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(Math.min(1, haversine)));
    }

    /** The plan as it grows. Each peer is free or in one group. */
    private static final class Draft {
        private final List<Topology> topologies;
        private final Map<String, Topology> byName;
        private final Map<UUID, Peer> free = new TreeMap<>(BY_ID);
        private final List<Growing> groups = new ArrayList<>();
        private final int wanted;

        private record Growing(@Nullable UUID id, Topology topology, List<Peer> members) {
            int room() {
                return topology.maxSize() - members.size();
            }

            @Nullable
            Location location() {
                return members.stream()
                        .map(Peer::location)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
            }
        }

        Draft(Collection<Topology> topologies, Collection<Peer> peers, int wanted) {
            this.topologies =
                    topologies.stream().distinct().sorted(Topology.ORDER).toList();
            this.byName = this.topologies.stream().collect(Collectors.toMap(Topology::name, one -> one, (a, b) -> a));
            this.wanted = wanted;
            peers.forEach(peer -> free.put(peer.node, peer));
        }

        /** A group lives on with those of its nodes that are still there, unless too few of them are. */
        void keep(Forming group) {
            Topology topology = byName.get(group.topology);
            if (topology == null || groups.size() >= wanted) {
                return;
            }
            List<Peer> left = group.nodes.stream()
                    .distinct()
                    .map(free::get)
                    .filter(Objects::nonNull)
                    .filter(peer -> peer.topologies.contains(topology.name()))
                    .limit(topology.maxSize())
                    .toList();
            if (left.size() >= topology.minSize()) {
                add(group.id, topology, left);
            }
        }

        private void add(@Nullable UUID id, Topology topology, List<Peer> members) {
            members.forEach(peer -> free.remove(peer.node));
            groups.add(new Growing(id, topology, new ArrayList<>(members)));
        }

        /** Each group in turn takes in the nearest others that it has room for. */
        void merge() {
            for (int i = 0; i < groups.size(); i++) {
                Growing into = groups.get(i);
                Optional<Growing> other = nearest(into);
                while (other.isPresent()) {
                    into.members.addAll(other.get().members);
                    groups.remove(other.get());
                    other = nearest(into);
                }
            }
        }

        private Optional<Growing> nearest(Growing into) {
            return groups.stream()
                    .skip(groups.indexOf(into) + 1L)
                    .filter(other -> other.topology.equals(into.topology) && other.members.size() <= into.room())
                    .min(Comparator.comparingDouble(other -> km(into.location(), other.location())));
        }

        void extend() {
            for (Growing group : groups) {
                List<Peer> joining = nearest(group.topology, group.location(), group.room());
                joining.forEach(peer -> free.remove(peer.node));
                group.members.addAll(joining);
            }
        }

        void form() {
            for (Topology topology : topologies) {
                while (groups.size() < wanted) {
                    Optional<Peer> seed = seed(topology);
                    if (seed.isEmpty()) {
                        break;
                    }
                    List<Peer> members = nearest(topology, seed.get().location, topology.maxSize());
                    if (members.size() < topology.minSize()) {
                        break;
                    }
                    add(null, topology, members);
                }
            }
        }

        private Optional<Peer> seed(Topology topology) {
            return free.values().stream()
                    .filter(peer -> peer.topologies.contains(topology.name()))
                    .min(Comparator.comparingInt(Peer::lapses)
                            .thenComparing(peer -> peer.location == null)
                            .thenComparing(Peer::node, BY_ID));
        }

        private List<Peer> nearest(Topology topology, @Nullable Location from, int limit) {
            return free.values().stream()
                    .filter(peer -> peer.topologies.contains(topology.name()))
                    .sorted(Comparator.comparingInt(Peer::lapses)
                            .thenComparingDouble(peer -> km(from, peer.location))
                            .thenComparing(Peer::node, BY_ID))
                    .limit(limit)
                    .toList();
        }

        Plan plan(Collection<Forming> before) {
            var dissolved = new HashSet<UUID>();
            before.forEach(group -> dissolved.add(group.id));
            groups.forEach(group -> dissolved.remove(group.id));
            return new Plan(
                    groups.stream()
                            .map(group -> new Group(
                                    group.id,
                                    group.topology,
                                    group.members.stream().map(Peer::node).toList()))
                            .toList(),
                    dissolved);
        }
    }
}
