package io.pithead.coordinator.dispute.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.dispute.core.DisputePolicy.Claim;
import io.pithead.coordinator.dispute.core.DisputePolicy.Facts;
import io.pithead.coordinator.dispute.core.DisputePolicy.Kind;
import io.pithead.coordinator.dispute.core.DisputePolicy.Refusal;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.DisputeView.State;
import io.pithead.protocol.job.JobState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DisputePolicyTest {
    private static final Instant DEADLINE = Instant.parse("2026-11-01T00:00:00Z");
    private static final Instant GIVEN_UP = DEADLINE.plus(DisputePolicy.GRACE);
    private static final Claim GOOD = new Claim(Kind.JUDGEABLE, JobState.COMPLETED, false, true);

    private static @Nullable ErrorCode code(Claim claim) {
        return DisputePolicy.refusal(claim).map(Refusal::code).orElse(null);
    }

    @Test
    void a_completed_job_that_paid_may_be_disputed_once() {
        assertThat(code(GOOD)).isNull();
        assertThat(code(new Claim(Kind.JUDGEABLE, JobState.COMPLETED, true, true)))
                .isEqualTo(ErrorCode.ALREADY_DISPUTED);
        assertThat(code(new Claim(Kind.JUDGEABLE, JobState.COMPLETED, false, false)))
                .isEqualTo(ErrorCode.NOT_JUDGEABLE);
    }

    @ParameterizedTest
    @EnumSource(value = JobState.class, mode = EnumSource.Mode.EXCLUDE, names = "COMPLETED")
    void one_that_is_not_completed_may_not(JobState state) {
        assertThat(code(new Claim(Kind.JUDGEABLE, state, false, true))).isEqualTo(ErrorCode.CONFLICT_STATE);
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "JUDGEABLE")
    void what_nobody_can_compare_may_not_and_each_says_why(Kind kind) {
        Refusal refusal = DisputePolicy.refusal(new Claim(kind, JobState.COMPLETED, false, true))
                .orElseThrow();
        assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_JUDGEABLE);
        assertThat(refusal.message()).isNotBlank();
    }

    private static State at(Instant now, boolean judged, @Nullable String agreed) {
        return DisputePolicy.decide(new Facts("a", judged, agreed, DEADLINE), now);
    }

    @Test
    void what_others_agree_on_decides() {
        assertThat(at(DEADLINE, true, "b")).isEqualTo(State.UPHELD);
        assertThat(at(DEADLINE, true, "a")).isEqualTo(State.REJECTED);
        assertThat(at(DEADLINE, true, null)).isEqualTo(State.UNDECIDED);
    }

    @Test
    void a_judgement_that_does_not_come_is_not_waited_for_for_ever() {
        assertThat(at(DEADLINE, false, null)).isEqualTo(State.OPEN);
        assertThat(at(GIVEN_UP.minusNanos(1), false, null)).isEqualTo(State.OPEN);
        assertThat(at(GIVEN_UP, false, null)).isEqualTo(State.UNDECIDED);
    }
}
