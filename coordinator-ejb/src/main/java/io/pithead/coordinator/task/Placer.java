package io.pithead.coordinator.task;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.job.JobFacade;
import io.pithead.coordinator.job.core.JobPlan;
import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.task.core.PlacementPolicy;
import io.pithead.coordinator.task.core.PlacementPolicy.Choice;
import io.pithead.coordinator.task.core.PlacementRefusal;
import io.pithead.coordinator.task.core.Requirements;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.task.Resources;
import io.pithead.protocol.task.TaskRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Puts tasks on nodes. Used under the placement lock only. */
final class Placer {
    /** Places of one task in one go; the others come with the next round. */
    static final int MAX_PLACES = 100;

    private static final Logger LOG = System.getLogger(Placer.class.getName());
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration LATER = Duration.ofSeconds(10);
    private static final long SUBMIT_WAIT_S = 10;

    private final Database database;
    private final JobFacade jobs;
    private final NodeFacade nodes;
    private final int maxAttempts;
    private final Fleet fleet = new Fleet();

    Placer(Database database, JobFacade jobs, NodeFacade nodes, int maxAttempts) {
        this.database = database;
        this.jobs = jobs;
        this.nodes = nodes;
        this.maxAttempts = maxAttempts;
    }

    /** What came of one look: when to look again, and why the task lacks nodes. */
    private record Look(@Nullable Duration again, @Nullable String reason) {}

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
        int placed = database.withConnection(connection -> PlacementStore.placed(connection, task.id()));
        int wanted = task.replicas() == null ? MAX_PLACES : Math.min(MAX_PLACES, task.replicas() - placed);
        if (wanted <= 0) {
            return new Look(null, null);
        }
        Choice choice = PlacementPolicy.choose(need(task), candidates(task), wanted);
        if (choice.nodes().isEmpty()) {
            boolean enough = placed > 0 && task.replicas() == null;
            return new Look(placed > 0 ? LATER : SOON, enough ? null : reason(choice.refusals()));
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
        return database.withConnection(connection -> fleet.candidates(connection, task.id(), offlineAfter));
    }

    private static PlacementPolicy.Need need(TaskRow task) {
        TaskRequest request = task.request();
        return new PlacementPolicy.Need(
                request.requirements() == null ? Requirements.NONE : Requirements.parse(request.requirements()),
                request.resources() == null ? Resources.NONE : request.resources(),
                task.price(),
                request.maxRuntimeS());
    }

    private static String reason(Map<PlacementRefusal, Integer> refusals) {
        return refusals.isEmpty() ? "no node is online" : "no node fits: " + new TreeMap<>(refusals);
    }

    private void submit(TaskRow task, List<UUID> chosen) {
        Instant now = Instant.now();
        List<JobPlan> plans = chosen.stream()
                .map(node -> ContainerPlan.of(task, node, maxAttempts, now))
                .toList();
        try {
            jobs.submitPlans(
                            task.account(),
                            task.actor(),
                            plans,
                            (connection, taken) -> occupy(connection, task, chosen, taken))
                    .get(SUBMIT_WAIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CoordinatorException refused) {
                throw refused;
            }
            throw new IllegalStateException("the containers of a task could not be submitted", e.getCause());
        } catch (TimeoutException e) {
            // the unique index on task and node says whether they were placed after all
            throw new CoordinatorException(ErrorCode.UNAVAILABLE, "The server is busy.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CoordinatorException(ErrorCode.UNAVAILABLE, "The server is stopping.");
        }
    }

    private static void occupy(
            Connection connection, TaskRow task, List<UUID> nodes, List<io.pithead.protocol.job.JobView> jobs)
            throws SQLException {
        PlacementStore.occupy(connection, task, nodes, jobs);
    }
}
