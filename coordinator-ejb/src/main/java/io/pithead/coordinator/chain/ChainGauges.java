package io.pithead.coordinator.chain;

import io.pithead.protocol.chain.ChainView;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/** How each chain is. */
final class ChainGauges {
    private final Gauge lag;
    private final Gauge pending;
    private final Gauge stuck;
    private final Gauge halted;

    ChainGauges(PrometheusRegistry registry) {
        lag = gauge(registry, "pithead_chain_lag_blocks", "Blocks of the chain that are not read yet");
        pending = gauge(registry, "pithead_chain_pending", "Transactions that are asked for and not final");
        stuck = gauge(registry, "pithead_chain_stuck", "Transactions that failed and wait for a person");
        halted = gauge(registry, "pithead_chain_halted", "1 where reading halted and a person must look");
    }

    private static Gauge gauge(PrometheusRegistry registry, String name, String help) {
        return Gauge.builder().name(name).help(help).labelNames("chain").register(registry);
    }

    void show(List<ChainView> chains) {
        for (ChainView chain : chains) {
            lag.labelValues(chain.name()).set((double) chain.lagBlocks());
            pending.labelValues(chain.name()).set((double) chain.pending());
            stuck.labelValues(chain.name()).set((double) chain.stuck());
            halted.labelValues(chain.name()).set(chain.halted() == null ? 0 : 1);
        }
    }
}
