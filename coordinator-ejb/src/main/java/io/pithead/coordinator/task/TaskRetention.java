package io.pithead.coordinator.task;

import io.pithead.coordinator.job.JobConfig;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Forgets tasks that ended longer ago than jobs are kept, with their containers' states, groups, meters and snapshots. */
@Singleton
@Startup
@DependsOn("Platform")
@TransactionManagement(TransactionManagementType.BEAN)
public class TaskRetention {
    private static final Logger LOG = System.getLogger(TaskRetention.class.getName());
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final Duration ALLOWED_AGE = Duration.ofMinutes(15);
    static final int MAX_TASKS = 200;
    static final int MAX_ROWS = 1_000;
    private static final int MAX_BATCHES = 50;

    @Inject
    Database database;

    @Inject
    JobConfig config;

    @Inject
    Loops loops;

    @PostConstruct
    void start() {
        loops.start("task-retention", PAUSE, ALLOWED_AGE, this::tick);
    }

    void tick() {
        int all = 0;
        for (int i = 0; i < MAX_BATCHES; i++) {
            int rows = database.inTransaction(this::batch);
            all += rows;
            if (rows == 0) {
                break;
            }
        }
        if (all > 0) {
            int rows = all;
            LOG.log(Level.INFO, () -> "retention.tasks rows=" + rows);
        }
    }

    private int batch(Connection connection) throws SQLException {
        if (!RetentionStore.lock(connection)) {
            return 0;
        }
        List<UUID> tasks = RetentionStore.old(connection, config.retention(), MAX_TASKS);
        int rows = tasks.isEmpty() ? 0 : RetentionStore.purge(connection, tasks, MAX_ROWS);
        return rows + RetentionStore.purgeNeverPlaced(connection, config.retention(), MAX_ROWS);
    }
}
