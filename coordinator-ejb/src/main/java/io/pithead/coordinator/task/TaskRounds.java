package io.pithead.coordinator.task;

import io.pithead.coordinator.job.JobConfig;
import io.pithead.coordinator.job.JobFacade;
import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.task.core.TaskStates;
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
    TaskChanges changes;

    @Inject
    TaskGauges gauges;

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
        return new Placer(database, jobs, nodes, jobConfig.defaults().maxAttempts());
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
        underLock(() -> {
            if (sweep) {
                database.doWithConnection(PlacementStore::giveUpLate);
                giveOn();
            }
            stop();
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
        return ended.isEmpty()
                ? Set.of()
                : database.withConnection(connection -> PlacementStore.settle(connection, ended));
    }

    private void derive(Collection<UUID> touched) {
        if (touched.isEmpty()) {
            return;
        }
        var counts = database.withConnection(connection -> TaskStore.counts(connection, touched));
        for (UUID id : touched) {
            database.withConnection(connection -> PlacementStore.find(connection, id))
                    .ifPresent(task -> {
                        TaskState state =
                                TaskStates.of(task.wanted(), task.replicas(), counts.getOrDefault(id, Map.of()));
                        database.doWithConnection(connection -> PlacementStore.state(connection, id, state));
                    });
        }
    }

    private void stop() {
        database.withConnection(connection -> PlacementStore.stopping(connection, MAX_TASKS))
                .forEach(task -> stopNow(task.account(), task.actor(), task.id()));
    }

    private void giveOn() {
        Duration offlineAfter = nodes.pace().offlineAfter();
        for (PlacementStore.Lost lost :
                database.withConnection(connection -> PlacementStore.lost(connection, offlineAfter, MAX_JOBS))) {
            database.doWithConnection(connection -> PlacementStore.giveUp(connection, lost));
            jobs.cancelAll(lost.account(), "coordinator", List.of(lost.job()));
            settle(List.of(lost.job()));
        }
    }
}
