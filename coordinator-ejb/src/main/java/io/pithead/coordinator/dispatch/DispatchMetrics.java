package io.pithead.coordinator.dispatch;

import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.platform.Metrics;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** What waits, what is out, and how long a miner sleeps on while there is work for it. */
@ApplicationScoped
public class DispatchMetrics {
    /** Counting reads an index over all that is queued, so a scrape shows what the last round counted. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private static final Duration ALLOWED_AGE = Duration.ofMinutes(2);
    /** Buyers name workloads: the longest queues have a series each, all others share one. */
    static final int MAX_WORKLOADS = 50;

    /** No workload can be called so. */
    static final String OTHERS = "(other)";

    private static final double[] BUCKETS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
    private static final double NANOS = Duration.ofSeconds(1).toNanos();

    @Inject
    Database database;

    @Inject
    Metrics metrics;

    @Inject
    Loops loops;

    private volatile Map<String, Long> queued = Map.of();
    private @Nullable Gauge leases;
    private @Nullable Histogram wakes;

    void start(IntSupplier parked) {
        wakes = Histogram.builder()
                .name("pithead_dispatch_wake_seconds")
                .help(
                        "From the news that a job is ready, here or from another instance, to its lease to a miner parked here")
                .classicOnly()
                .classicUpperBounds(BUCKETS)
                .register(metrics.registry());
        leases = Gauge.builder()
                .name("pithead_leases")
                .help("Leases that miners hold")
                .register(metrics.registry());
        GaugeWithCallback.builder()
                .name("pithead_polls_parked")
                .help("Miners that wait for work at this instance")
                .callback(callback -> callback.call(parked.getAsInt()))
                .register(metrics.registry());
        GaugeWithCallback.builder()
                .name("pithead_jobs_queued")
                .help("Jobs in the queue, those that wait for their next attempt included")
                .labelNames("workload")
                .callback(callback -> queued.forEach((workload, jobs) -> callback.call(jobs, workload)))
                .register(metrics.registry());
        loops.start("dispatch-gauges", PAUSE, ALLOWED_AGE, this::observe);
    }

    /** A miner that was parked here got work this long after the news of it. */
    void woke(long nanos) {
        if (wakes != null) {
            wakes.observe(nanos / NANOS);
        }
    }

    private void observe() {
        queued = database.withConnection(connection -> queued(connection, MAX_WORKLOADS));
        if (leases != null) {
            leases.set(database.withConnection(DispatchMetrics::leases));
        }
    }

    static Map<String, Long> queued(Connection connection, int maxWorkloads) throws SQLException {
        try (var select = connection.prepareStatement("""
                select case when rank <= ? then workload else ? end as name, sum(jobs)::bigint as jobs from (
                    select c.workload, sum(q.jobs) as jobs, row_number() over (order by sum(q.jobs) desc, c.workload) as rank
                      from (select class_id, count(*) as jobs from job where state = 'QUEUED' group by class_id) q
                      join job_class c on c.id = q.class_id group by c.workload) ranked
                 group by name
                """)) {
            select.setInt(1, maxWorkloads);
            select.setString(2, OTHERS);
            try (var row = select.executeQuery()) {
                var queued = new HashMap<String, Long>();
                while (row.next()) {
                    queued.put(row.getString("name"), row.getLong("jobs"));
                }
                return queued;
            }
        }
    }

    private static long leases(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement(
                        "select count(*) from job where state in ('LEASED', 'RUNNING') and lease_expires_at > now()");
                var row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
