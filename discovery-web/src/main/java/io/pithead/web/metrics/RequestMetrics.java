package io.pithead.web.metrics;

import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.platform.Metrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;

/** Requests by route, and the age of each background loop. */
@ApplicationScoped
public class RequestMetrics {
    /** Up to a minute, because a poll may be parked for thirty seconds. */
    private static final double[] BUCKETS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
    };

    private static final double NANOS = Duration.ofSeconds(1).toNanos();

    @Inject
    Metrics metrics;

    @Inject
    Loops loops;

    private Counter requests;
    private Histogram seconds;

    @PostConstruct
    void register() {
        requests = Counter.builder()
                .name("pithead_http_requests")
                .help("Answers given")
                .labelNames("route", "method", "status")
                .register(metrics.registry());
        seconds = Histogram.builder()
                .name("pithead_http_request_seconds")
                .help("Time from the request's headers to its answer, parked polls included")
                .labelNames("route", "method")
                .classicOnly()
                .classicUpperBounds(BUCKETS)
                .register(metrics.registry());
        GaugeWithCallback.builder()
                .name("pithead_loop_age_seconds")
                .help("Since a background loop last went round")
                .labelNames("loop")
                .callback(callback -> loops.ages()
                        .forEach((name, age) -> callback.call(age.age().toNanos() / NANOS, name)))
                .register(metrics.registry());
    }

    void answered(Route route, int status, long nanos) {
        requests.labelValues(route.template(), route.method(), Integer.toString(status))
                .inc();
        seconds.labelValues(route.template(), route.method()).observe(nanos / NANOS);
    }
}
