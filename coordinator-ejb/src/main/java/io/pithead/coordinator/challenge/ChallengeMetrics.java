package io.pithead.coordinator.challenge;

import io.pithead.coordinator.platform.Metrics;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.challenge.Timing;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;

/** What was carried at this instance, and what is open at all of them. */
@ApplicationScoped
public class ChallengeMetrics {
    static final List<ChallengeState> OPEN =
            List.of(ChallengeState.OFFERED, ChallengeState.COMMITTED, ChallengeState.ASKED, ChallengeState.OPENED);

    @Inject
    Metrics metrics;

    private Counter carried;
    private Counter attested;
    private Counter timed;
    private Gauge open;

    @PostConstruct
    void register() {
        carried = Counter.builder()
                .name("pithead_challenges_carried")
                .help("Challenges that a message took to this state")
                .labelNames("state")
                .register(metrics.registry());
        attested = Counter.builder()
                .name("pithead_attestations")
                .help("Attestations that validators brought")
                .labelNames("verdict")
                .register(metrics.registry());
        timed = Counter.builder()
                .name("pithead_attestation_timings")
                .help("Attestations that say how a node's time compares with those of the same hardware")
                .labelNames("timing")
                .register(metrics.registry());
        open = Gauge.builder()
                .name("pithead_challenges_open")
                .help("Challenges that are not over")
                .labelNames("state")
                .register(metrics.registry());
    }

    void carried(ChallengeState state) {
        carried.labelValues(state.name()).inc();
    }

    void attested(Attestation attestation) {
        attested.labelValues(attestation.verdict().name()).inc();
        Timing timing = attestation.timing();
        if (timing != null) {
            timed.labelValues(timing.name()).inc();
        }
    }

    void open(Map<ChallengeState, Integer> counts) {
        OPEN.forEach(state -> open.labelValues(state.name()).set(counts.getOrDefault(state, 0)));
    }
}
