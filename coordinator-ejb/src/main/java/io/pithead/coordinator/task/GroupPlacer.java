package io.pithead.coordinator.task;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.job.core.JobPlan;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.task.ContainerPlan.Place;
import io.pithead.coordinator.task.GroupStore.Idle;
import io.pithead.coordinator.task.GroupStore.Standing;
import io.pithead.coordinator.task.Placer.Look;
import io.pithead.coordinator.task.core.GroupRequest;
import io.pithead.coordinator.task.core.Grouping;
import io.pithead.coordinator.task.core.Grouping.Peer;
import io.pithead.coordinator.task.core.Grouping.Plan;
import io.pithead.coordinator.task.core.Machine;
import io.pithead.coordinator.task.core.PlacementPolicy;
import io.pithead.coordinator.task.core.PlacementPolicy.Candidate;
import io.pithead.coordinator.task.core.PlacementRefusal;
import io.pithead.coordinator.task.core.Topology;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Forms a task's groups and puts those that are ready on their nodes. Used under the placement lock only. */
final class GroupPlacer {
    /** Groups of one task in one go; the others come with the next round. */
    static final int MAX_GROUPS = 20;
    /** Nodes weighed for the groups of one task in one go. */
    private static final int MAX_PEERS = 5_000;

    private static final Logger LOG = System.getLogger(GroupPlacer.class.getName());
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration LATER = Duration.ofSeconds(10);

    private final Database database;
    private final ContainerJobs jobs;
    private final TaskConfig config;
    private final GroupNews news;

    GroupPlacer(Database database, ContainerJobs jobs, TaskConfig config, GroupNews news) {
        this.database = database;
        this.jobs = jobs;
        this.config = config;
        this.news = news;
    }

    /** What a look has to go by. */
    private record Field(List<Topology> topologies, List<Peer> peers, Map<UUID, Machine> machines) {}

    Look look(TaskRow task, GroupRequest asked, PlacementPolicy.Need need, List<Candidate> candidates) {
        List<Topology> topologies = asked.among(config.topologies());
        if (topologies.isEmpty()) {
            return new Look(LATER, "none of its topologies is configured here any more");
        }
        int places = database.withConnection(connection -> GroupStore.places(connection, List.of(task.id())))
                .getOrDefault(task.id(), 0);
        int lacking = task.replicas() == null ? MAX_GROUPS : Math.min(MAX_GROUPS, task.replicas() - places);
        if (lacking <= 0) {
            return new Look(null, null);
        }
        var refusals = new EnumMap<PlacementRefusal, Integer>(PlacementRefusal.class);
        Field field = field(task, topologies, need, candidates, refusals);
        List<Idle> idle = form(task, field, lacking);
        int begun = 0;
        for (Idle group : idle) {
            Topology topology = field.topologies.stream()
                    .filter(one -> one.name().equals(group.topology()))
                    .findFirst()
                    .orElseThrow();
            if (Grouping.isReady(
                    topology, group.nodes().size(), group.createdAt(), config.groupSettle(), group.now())) {
                try {
                    place(task, group, field.machines);
                    begun++;
                } catch (CoordinatorException e) {
                    return refused(task, group, e);
                }
            }
        }
        if (task.replicas() != null && places + begun >= task.replicas()) {
            return new Look(null, null);
        }
        boolean settled = idle.size() == begun;
        return new Look(
                begun > 0 || !settled ? SOON : LATER, waiting(places + begun, idle, begun, topologies, refusals));
    }

    /** The nodes that could be in a group of this task; the others are counted by reason. */
    private Field field(
            TaskRow task,
            List<Topology> topologies,
            PlacementPolicy.Need need,
            List<Candidate> candidates,
            Map<PlacementRefusal, Integer> refusals) {
        Map<UUID, Standing> standings = database.withConnection(connection -> GroupStore.standings(
                connection, task.id(), candidates.stream().map(Candidate::node).toList()));
        var peers = new ArrayList<Peer>();
        var machines = new HashMap<UUID, Machine>();
        for (Candidate candidate : candidates) {
            Standing standing = standings.getOrDefault(candidate.node(), new Standing(false, 0));
            var refusal = PlacementPolicy.ofGroup(need, candidate, standing.taken());
            if (refusal.isPresent()) {
                refusals.merge(refusal.get(), 1, Integer::sum);
            } else if (peers.size() < MAX_PEERS) {
                Set<String> fitting = topologies.stream()
                        .filter(topology -> topology.requirements()
                                .refusal(candidate.machine())
                                .isEmpty())
                        .map(Topology::name)
                        .collect(Collectors.toSet());
                peers.add(new Peer(candidate.node(), candidate.machine().location(), fitting, standing.lapses()));
                machines.put(candidate.node(), candidate.machine());
            }
        }
        return new Field(topologies, peers, machines);
    }

    private List<Idle> form(TaskRow task, Field field, int lacking) {
        List<Idle> before = database.withConnection(connection -> GroupStore.idle(connection, task.id()));
        Plan plan = Grouping.plan(
                field.topologies, before.stream().map(Idle::forming).toList(), field.peers, lacking);
        if (isAsBefore(plan, before)) {
            return before;
        }
        LOG.log(
                Level.INFO,
                () -> "group.formed task=" + task.id() + " groups="
                        + plan.groups().size() + " dissolved="
                        + plan.dissolved().size());
        return database.inTransaction(connection -> {
            GroupStore.apply(connection, task, plan, Instant.now());
            return GroupStore.idle(connection, task.id());
        });
    }

    private static boolean isAsBefore(Plan plan, List<Idle> before) {
        return plan.dissolved().isEmpty()
                && plan.groups().size() == before.size()
                && plan.groups().stream()
                        .allMatch(group -> before.stream()
                                .anyMatch(idle -> idle.id().equals(group.id())
                                        && Set.copyOf(idle.nodes()).equals(Set.copyOf(group.nodes()))));
    }

    private void place(TaskRow task, Idle group, Map<UUID, Machine> machines) {
        List<UUID> ring = Grouping.ring(group.nodes());
        Instant now = Instant.now();
        var plans = new ArrayList<JobPlan>();
        for (int i = 0; i < ring.size(); i++) {
            var place = new Place(group.id(), i, ring.size(), address(Grouping.next(ring, i), machines));
            plans.add(jobs.plan(task, ring.get(i), place, now));
        }
        jobs.submit(task, ring, plans, (connection, taken) -> {
            GroupStore.begin(connection, group.id(), ring);
            PlacementStore.occupy(connection, task, ring, taken, group.id());
            news.tell(connection, List.of(group.id()));
        });
        LOG.log(Level.INFO, () -> "group.placed group=" + group.id() + " task=" + task.id() + " nodes=" + ring.size());
    }

    /** Where its miner says that its containers are reached, else the node's own address. */
    private static String address(UUID node, Map<UUID, Machine> machines) {
        String stated = Objects.requireNonNull(machines.get(node)).p2pAddress();
        return stated == null ? node.toString() : stated;
    }

    /** A group that cannot be paid for keeps no node from others. */
    private Look refused(TaskRow task, Idle group, CoordinatorException why) {
        LOG.log(Level.INFO, () -> "task.not_placed task=" + task.id() + " code=" + why.code());
        database.doInTransaction(connection ->
                GroupStore.dissolveIdle(connection, List.of(group.id()), why.code() + ": " + why.getMessage()));
        return new Look(LATER, why.code() + ": " + why.getMessage());
    }

    private static @Nullable String waiting(
            int places,
            List<Idle> idle,
            int begun,
            List<Topology> topologies,
            Map<PlacementRefusal, Integer> refusals) {
        if (places > 0) {
            return null;
        }
        if (idle.size() > begun) {
            return "a group is forming: it waits a moment for more nodes";
        }
        int least = topologies.stream().mapToInt(Topology::minSize).min().orElse(1);
        return "no " + least + " nodes fit that are in no other group: " + new TreeMap<>(refusals);
    }
}
