package io.pithead.coordinator.task;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.job.RunGate;
import io.pithead.coordinator.job.core.JobPlan;
import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.task.core.GroupRequest;
import io.pithead.coordinator.task.core.PlacementPolicy;
import io.pithead.coordinator.task.core.PlacementPolicy.Choice;
import io.pithead.coordinator.task.core.PlacementRefusal;
import io.pithead.coordinator.task.core.Requirements;
import io.pithead.protocol.job.Explanation.RunStanding;
import io.pithead.protocol.task.Resources;
import io.pithead.protocol.task.TaskRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Puts tasks on nodes. Used under the placement lock only. */
final class Placer {
    /** Places of one task in one go; the others come with the next round. */
    static final int MAX_PLACES = 100;

    private static final Logger LOG = System.getLogger(Placer.class.getName());
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration LATER = Duration.ofSeconds(10);

    private final Database database;
    private final ContainerJobs jobs;
    private final NodeFacade nodes;
    private final RunGate runs;
    private final GroupPlacer groups;
    private final Fleet fleet = new Fleet();

    Placer(Database database, ContainerJobs jobs, NodeFacade nodes, RunGate runs, TaskConfig config, GroupNews news) {
        this.database = database;
        this.jobs = jobs;
        this.nodes = nodes;
        this.runs = runs;
        this.groups = new GroupPlacer(database, jobs, config, news);
    }

    /** What came of one look: when to look again, and why the task lacks nodes. */
    record Look(@Nullable Duration again, @Nullable String reason) {}

    /** One task that cannot be placed, whatever the reason, keeps no other one from it. */
    void place(TaskRow task) {
        Look look;
        try {
            look = look(task);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, () -> "task.place_failed task=" + task.id(), e);
            look = new Look(LATER, "INTERNAL: the server failed to place it; its log says why");
        }
        write(task, look);
    }

    private void write(TaskRow task, Look look) {
        database.doWithConnection(connection -> PlacementStore.looked(connection, task.id(), look.again, look.reason));
    }

    private Look look(TaskRow task) {
        Optional<GroupRequest> asked = GroupRequest.of(task.request().schedulingConfig());
        return asked.isPresent() ? groups.look(task, asked.get(), need(task), candidates(task)) : lookForNodes(task);
    }

    private Look lookForNodes(TaskRow task) {
        int placed = database.withConnection(connection -> PlacementStore.placed(connection, task.id()));
        int wanted = task.replicas() == null ? MAX_PLACES : Math.min(MAX_PLACES, task.replicas() - placed);
        if (wanted <= 0) {
            return new Look(null, null);
        }
        Choice choice = PlacementPolicy.choose(need(task), candidates(task), wanted);
        if (choice.nodes().isEmpty()) {
            boolean enough = placed > 0 && task.replicas() == null;
            return new Look(placed > 0 ? LATER : SOON, enough ? null : reason(task, choice.refusals()));
        }
        try {
            submit(task, choice.nodes());
        } catch (CoordinatorException e) {
            LOG.log(Level.INFO, () -> "task.not_placed task=" + task.id() + " code=" + e.code());
            return new Look(LATER, e.code() + ": " + e.getMessage());
        }
        LOG.log(
                Level.INFO,
                () -> "task.placed task=" + task.id() + " nodes="
                        + choice.nodes().size());
        boolean full = task.replicas() != null && placed + choice.nodes().size() >= task.replicas();
        if (full) {
            return new Look(null, null);
        }
        return new Look(choice.nodes().size() == MAX_PLACES ? Duration.ZERO : SOON, null);
    }

    private List<PlacementPolicy.Candidate> candidates(TaskRow task) {
        Duration offlineAfter = nodes.pace().offlineAfter();
        return database.withConnection(connection -> fleet.candidates(connection, task, offlineAfter));
    }

    static PlacementPolicy.Need need(TaskRow task) {
        TaskRequest request = task.request();
        return new PlacementPolicy.Need(
                request.requirements() == null ? Requirements.NONE : Requirements.parse(request.requirements()),
                request.resources() == null ? Resources.NONE : request.resources(),
                task.price(),
                request.maxRuntimeS());
    }

    private String reason(TaskRow task, Map<PlacementRefusal, Integer> refusals) {
        String reason = refusals.isEmpty() ? "no node is online" : "no node fits: " + new TreeMap<>(refusals);
        UUID run = task.request().run();
        if (run == null) {
            return reason;
        }
        RunStanding standing = runs.standing(run);
        return reason + "; its run is " + standing.state() + " with " + standing.healthy() + " healthy nodes";
    }

    private void submit(TaskRow task, List<UUID> chosen) {
        Instant now = Instant.now();
        List<JobPlan> plans =
                chosen.stream().map(node -> jobs.plan(task, node, null, now)).toList();
        jobs.submit(
                task,
                chosen,
                plans,
                (connection, taken) -> PlacementStore.occupy(connection, task, chosen, taken, null));
    }
}
