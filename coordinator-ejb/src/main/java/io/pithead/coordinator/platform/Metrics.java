package io.pithead.coordinator.platform;

import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * The one registry that {@code /metrics} shows. Names begin with {@code pithead_}; a label takes its values from the code
 * (a route, a state, a reason), never from a request, so the number of series is bounded.
 */
@ApplicationScoped
public class Metrics {
    private final PrometheusRegistry registry = new PrometheusRegistry();

    @PostConstruct
    void open() {
        JvmMetrics.builder().register(registry);
    }

    public PrometheusRegistry registry() {
        return registry;
    }
}
