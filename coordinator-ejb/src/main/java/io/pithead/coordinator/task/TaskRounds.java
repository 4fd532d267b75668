package io.pithead.coordinator.task;

import io.pithead.coordinator.job.JobConfig;
import io.pithead.coordinator.job.JobFacade;
import io.pithead.coordinator.job.RunGate;
import io.pithead.coordinator.meter.MeterFacade;
import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.task.core.GroupRequest;
import io.pithead.coordinator.task.core.TaskStates;
import io.pithead.protocol.task.ContainerState;
import io.pithead.protocol.task.TaskState;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/** Makes tasks so, round by round: ends taken over, states derived, stops carried out, lost places given on, places filled. */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class TaskRounds {
    private static final Logger LOG = System.getLogger(TaskRounds.class.getName());
    private static final Duration PERIOD = Duration.ofMillis(500);
    private static final Duration ALLOWED_AGE = Duration.ofSeconds(60);
    private static final Duration GAUGES = Duration.ofSeconds(15);
    private static final Duration GAUGES_ALLOWED_AGE = Duration.ofMinutes(5);
    /** Rounds between two looks at everything, for hints that were lost. */
    private static final int SWEEP_EVERY = 20;

    private static final int MAX_TASKS = 50;
    private static final int MAX_JOBS = 2_000;

    @Inject
    Database database;

    @Inject
    JobFacade jobs;

    @Inject
    JobConfig jobConfig;

    @Inject
    NodeFacade nodes;

    @Inject
    RunGate runs;

    @Inject
    MeterFacade meters;

    @Inject
    TaskChanges changes;

    @Inject
    TaskConfig config;

    @Inject
    TaskGauges gauges;

    @Inject
    GroupNews news;

    @Inject
    Loops loops;

    private final ReentrantLock placing = new ReentrantLock();
    Placer placer;
    private int round;

    @PostConstruct
    void open() {
        placer = placer();
        gauges.register();
        loops.start("task-placement", PERIOD, ALLOWED_AGE, this::round);
        loops.start("task-gauges", GAUGES, GAUGES_ALLOWED_AGE, gauges::observe);
    }

    Placer placer() {
        var containers = new ContainerJobs(jobs, meters, jobConfig.defaults().maxAttempts());
        return new Placer(database, containers, nodes, runs, config, news);
    }

    private void round() {
        round(round++ % SWEEP_EVERY == 0);
    }

    /** A round that looks at everything. */
    void sweep() {
        round(true);
    }

    private void round(boolean sweep) {
        var touched = new HashSet<>(changes.takeTasks());
        touched.addAll(settle(sweep));
        if (sweep) {
            changes.anyContainers(database.withConnection(PlacementStore::anyLive));
            touched.addAll(database.withConnection(connection -> PlacementStore.overdue(connection, MAX_JOBS)));
        }
        derive(touched);
        if (sweep || !touched.isEmpty()) {
            database.doInTransaction(connection -> news.tell(connection, GroupStore.end(connection)));
        }
        underLock(() -> {
            if (sweep) {
                database.doWithConnection(PlacementStore::giveUpLate);
                database.doWithConnection(PlacementStore::giveUpWithRun);
                database.doWithConnection(GroupStore::dropUnwanted);
                database.doWithConnection(ContainerMetricsFacade::forget);
                database.doWithConnection(
                        connection -> SnapshotStore.expire(connection, config.snapshotRetention(), MAX_JOBS));
                giveOn();
                breakUp();
                endLeftBehind();
            }
            stop();
            clearBanned();
            database.withConnection(connection -> PlacementStore.due(connection, MAX_TASKS))
                    .forEach(placer::place);
        });
    }

    /** Places a task right away, if nobody is placing; the next round does it otherwise. */
    public void placeNow(UUID task) {
        changes.anyContainers(true);
        try {
            underLock(() -> database.withConnection(connection -> PlacementStore.find(connection, task))
                    .ifPresent(placer::place));
        } catch (RuntimeException e) {
            // the task is on disk and its buyer is told so; the next round places it
            LOG.log(Level.WARNING, () -> "task.not_placed_yet task=" + task, e);
        }
    }

    /** Ends the containers of a task that is no longer wanted, a bounded number at once. */
    public void stopNow(UUID account, String actor, UUID task) {
        List<UUID> live = database.withConnection(connection -> TaskStore.liveJobs(connection, task, MAX_JOBS));
        jobs.cancelAll(account, actor, live);
        settle(live);
        derive(List.of(task));
    }

    private void underLock(Runnable work) {
        if (!placing.tryLock()) {
            return;
        }
        try {
            database.doInTransaction(connection -> {
                if (PlacementStore.lock(connection)) {
                    work.run();
                }
            });
        } finally {
            placing.unlock();
        }
    }

    private Set<UUID> settle(boolean sweep) {
        var ended = new HashSet<>(changes.takeJobs());
        if (sweep) {
            ended.addAll(database.withConnection(connection -> PlacementStore.unsettled(connection, MAX_JOBS)));
        }
        return settle(ended);
    }

    private Set<UUID> settle(Collection<UUID> ended) {
        if (ended.isEmpty()) {
            return Set.of();
        }
        database.doWithConnection(connection -> meters.due(connection, ended));
        return database.withConnection(connection -> PlacementStore.settle(connection, ended));
    }

    private void derive(Collection<UUID> touched) {
        if (touched.isEmpty()) {
            return;
        }
        var counts = database.withConnection(connection -> TaskStore.counts(connection, touched));
        var groups = database.withConnection(connection -> GroupStore.places(connection, touched));
        for (UUID id : touched) {
            database.withConnection(connection -> PlacementStore.find(connection, id))
                    .ifPresent(task -> {
                        TaskState state = state(task, counts.getOrDefault(id, Map.of()), groups.getOrDefault(id, 0));
                        database.doWithConnection(connection -> PlacementStore.state(connection, id, state));
                    });
        }
    }

    private static TaskState state(TaskRow task, Map<ContainerState, Integer> counts, int groups) {
        return GroupRequest.isIn(task.request().schedulingConfig())
                ? TaskStates.of(task.wanted(), task.replicas(), groups, counts)
                : TaskStates.of(task.wanted(), task.replicas(), counts);
    }

    private void stop() {
        database.withConnection(connection -> PlacementStore.stopping(connection, MAX_TASKS))
                .forEach(task -> stopNow(task.account(), task.actor(), task.id()));
    }

    private void giveOn() {
        Duration offlineAfter = nodes.pace().offlineAfter();
        for (PlacementStore.Lost lost :
                database.withConnection(connection -> PlacementStore.lost(connection, offlineAfter, MAX_JOBS))) {
            giveOn(lost, "its node is away");
        }
        for (PlacementStore.Lost lost :
                database.withConnection(connection -> PlacementStore.outOfRun(connection, MAX_JOBS))) {
            giveOn(lost, "its node is not a healthy one of its run");
        }
    }

    private void giveOn(PlacementStore.Lost lost, String reason) {
        database.doWithConnection(connection -> PlacementStore.giveUp(connection, lost, reason));
        jobs.cancelAll(lost.account(), "coordinator", List.of(lost.job()), reason);
        settle(List.of(lost.job()));
    }

    /** Whatever a task wants: nothing of it stays at a banned node, and what ran there goes on elsewhere. */
    private void clearBanned() {
        for (PlacementStore.Barred barred :
                database.withConnection(connection -> PlacementStore.barred(connection, MAX_JOBS))) {
            UUID group = barred.group();
            if (group == null) {
                giveOn(barred.place(), "its node was banned");
            } else {
                dissolve(group, "a node of it was banned", List.of(barred.node()));
            }
        }
    }

    private void breakUp() {
        Duration offlineAfter = nodes.pace().offlineAfter();
        for (GroupStore.Broken broken : database.withConnection(
                connection -> GroupStore.broken(connection, offlineAfter, config.groupStart(), MAX_JOBS))) {
            dissolve(broken.group(), "a node of it is away or has not begun in time", broken.nodes());
        }
    }

    private void endLeftBehind() {
        for (PlacementStore.Lost left :
                database.withConnection(connection -> PlacementStore.leftBehind(connection, MAX_JOBS))) {
            jobs.cancelAll(left.account(), "coordinator", List.of(left.job()));
            settle(List.of(left.job()));
        }
    }

    /**
     * Ends a group and its containers as a whole. Its nodes may be in a new one when each has had time for a sign of life,
     * which told it to stop the old container.
     *
     * @param lapsed the nodes it failed with; they are taken last from now on
     * @return whether it was not over already
     */
    public boolean dissolve(UUID group, String reason, Collection<UUID> lapsed) {
        Duration pause = nodes.pace().offlineAfter();
        Optional<GroupStore.Dissolved> dissolved = database.inTransaction(connection -> {
            var gone = GroupStore.dissolve(connection, group, reason, lapsed, pause);
            news.tell(connection, gone.isPresent() ? List.of(group) : List.of());
            return gone;
        });
        dissolved.ifPresent(gone -> {
            LOG.log(
                    Level.INFO,
                    () -> "group.dissolved group=" + group + " task=" + gone.task() + " nodes="
                            + gone.jobs().size());
            jobs.cancelAll(gone.account(), "coordinator", gone.jobs());
            settle(gone.jobs());
            derive(List.of(gone.task()));
        });
        return dissolved.isPresent();
    }
}
