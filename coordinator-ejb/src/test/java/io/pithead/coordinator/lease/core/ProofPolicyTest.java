package io.pithead.coordinator.lease.core;

import static io.pithead.coordinator.lease.core.ProofPolicy.Verdict.ACCEPT;
import static io.pithead.coordinator.lease.core.ProofPolicy.Verdict.CANCELED;
import static io.pithead.coordinator.lease.core.ProofPolicy.Verdict.ENDED;
import static io.pithead.coordinator.lease.core.ProofPolicy.Verdict.LEASE_LOST;
import static io.pithead.coordinator.lease.core.ProofPolicy.Verdict.PROOF_CONFLICT;
import static io.pithead.coordinator.lease.core.ProofPolicy.Verdict.REPLAY;
import static io.pithead.coordinator.lease.core.ProofPolicy.Verdict.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.lease.core.ProofPolicy.Held;
import io.pithead.coordinator.lease.core.ProofPolicy.Verdict;
import io.pithead.protocol.job.JobState;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every state, sender and token: the whole table. */
class ProofPolicyTest {
    private static final UUID HOLDER = new UUID(0, 1);
    private static final UUID STRANGER = new UUID(0, 2);
    private static final long LIVE = 7;
    private static final long STALE = 6;

    @ParameterizedTest(name = "proof {0} same={1} lease={2} gives {3}")
    @MethodSource("proofsOfTheHolder")
    void a_proof_of_the_holder(JobState state, boolean sameOutput, @Nullable Long lease, Verdict verdict) {
        Held job = new Held(state, LIVE, HOLDER, accepted(state));

        assertThat(ProofPolicy.ofProof(job, HOLDER, lease, sameOutput ? "out" : "other"))
                .isEqualTo(verdict);
    }

    static Stream<Arguments> proofsOfTheHolder() {
        var rows = new ArrayList<Arguments>();
        for (JobState state : JobState.values()) {
            for (boolean same : new boolean[] {true, false}) {
                Verdict live = switch (state) {
                    case QUEUED -> LEASE_LOST;
                    case LEASED, RUNNING -> ACCEPT;
                    case VERIFYING, COMPLETED -> same ? REPLAY : PROOF_CONFLICT;
                    case CANCELED -> CANCELED;
                    case EXPIRED, FAILED -> ENDED;
                };
                rows.add(Arguments.of(state, same, LIVE, live));
                rows.add(Arguments.of(state, same, null, live));
                rows.add(Arguments.of(state, same, STALE, LEASE_LOST));
                rows.add(Arguments.of(state, same, LIVE + 1, LEASE_LOST));
            }
        }
        return rows.stream();
    }

    @ParameterizedTest(name = "report {0} lease={1} gives {2}")
    @MethodSource("reportsOfTheHolder")
    void a_report_of_the_holder(JobState state, long lease, Verdict verdict) {
        assertThat(ProofPolicy.ofReport(new Held(state, LIVE, HOLDER, accepted(state)), HOLDER, lease))
                .isEqualTo(verdict);
    }

    static Stream<Arguments> reportsOfTheHolder() {
        var rows = new ArrayList<Arguments>();
        for (JobState state : JobState.values()) {
            rows.add(Arguments.of(state, LIVE, switch (state) {
                case QUEUED -> LEASE_LOST;
                case LEASED, RUNNING -> ACCEPT;
                case CANCELED -> CANCELED;
                case VERIFYING, COMPLETED, EXPIRED, FAILED -> ENDED;
            }));
            rows.add(Arguments.of(state, STALE, LEASE_LOST));
            rows.add(Arguments.of(state, LIVE + 1, LEASE_LOST));
        }
        return rows.stream();
    }

    @Test
    void a_stranger_is_told_the_same_in_every_state_and_whatever_it_guesses() {
        for (JobState state : JobState.values()) {
            for (Held job : List.of(
                    new Held(state, LIVE, HOLDER, accepted(state)), new Held(state, null, null, accepted(state)))) {
                for (Long lease : new Long[] {null, LIVE, STALE}) {
                    for (String output : List.of("out", "other")) {
                        assertThat(ProofPolicy.ofProof(job, STRANGER, lease, output))
                                .isEqualTo(UNKNOWN);
                    }
                }
                assertThat(ProofPolicy.ofReport(job, STRANGER, LIVE)).isEqualTo(UNKNOWN);
                assertThat(ProofPolicy.ofReport(job, STRANGER, STALE)).isEqualTo(UNKNOWN);
            }
        }
    }

    private static @Nullable String accepted(JobState state) {
        return state == JobState.COMPLETED || state == JobState.VERIFYING ? "out" : null;
    }
}
