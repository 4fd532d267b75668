package io.pithead.coordinator.job;

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

/** Makes the weeks of jobs that are to come, and drops the ones that nobody needs any more. The ledger is kept. */
@Singleton
@Startup
@DependsOn("Platform")
@TransactionManagement(TransactionManagementType.BEAN)
public class Retention {
    private static final Logger LOG = System.getLogger(Retention.class.getName());
    private static final Duration PERIOD = Duration.ofHours(1);
    private static final Duration ALLOWED_AGE = Duration.ofHours(6);
    /** Job ids are made from this instance's clock, and partitions must be there before them. */
    private static final Duration AHEAD = Duration.ofDays(21);

    private static final Duration BEHIND = Duration.ofDays(1);

    @Inject
    Database database;

    @Inject
    JobConfig config;

    @Inject
    Loops loops;

    @PostConstruct
    void start() {
        loops.start("retention", PERIOD, ALLOWED_AGE, this::tick);
    }

    private void tick() {
        int made = database.inTransaction(connection -> call(
                connection,
                "select ensure_job_partitions(now() - make_interval(secs => ?), now() + make_interval(secs => ?))",
                BEHIND.toSeconds(),
                AHEAD.toSeconds()));
        int dropped = database.inTransaction(connection -> call(
                connection,
                "select drop_job_partitions(now() - make_interval(secs => ?))",
                config.retention().toSeconds()));
        if (made > 0 || dropped > 0) {
            LOG.log(Level.INFO, () -> "retention.partitions made=" + made + " weeks_dropped=" + dropped);
        }
    }

    private static int call(Connection connection, String sql, double... seconds) throws SQLException {
        try (var select = connection.prepareStatement(sql)) {
            for (int i = 0; i < seconds.length; i++) {
                select.setDouble(i + 1, seconds[i]);
            }
            try (var row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }
}
