package io.pithead.validator.challenge.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.validator.challenge.core.Progress.Step;
import java.time.Instant;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.WithNull;

class ProgressPropertyTest {
    private static final Instant DEADLINE = Instant.parse("2026-11-22T06:00:00Z");
    private static final Instant LATE = DEADLINE.plusNanos(1_000);

    @Property
    void nothing_open_waits_beyond_its_deadline(
            @ForAll Stage stage,
            @ForAll @WithNull ChallengeState seen,
            @ForAll @LongRange(min = 1, max = 1_000_000_000) long lateMs) {
        Step step = Progress.next(stage, seen, DEADLINE, DEADLINE.plusMillis(lateMs));

        if (stage.isOpen()) {
            assertThat(step).isIn(Step.JUDGE, Step.GIVE_UP);
        }
    }

    @Property
    void what_is_over_stays_so(@ForAll @WithNull ChallengeState seen, @ForAll @LongRange(max = 1) long s) {
        for (Stage stage : new Stage[] {Stage.JUDGED, Stage.GIVEN_UP}) {
            assertThat(Progress.next(stage, seen, DEADLINE, DEADLINE.plusSeconds(s)))
                    .isEqualTo(Step.WAIT);
        }
    }

    @Property
    void a_node_that_may_still_answer_is_not_judged(@ForAll @LongRange(min = 0, max = 1_000_000) long earlyMs) {
        Instant early = DEADLINE.minusMillis(earlyMs);
        assertThat(Progress.next(Stage.ISSUED, ChallengeState.OFFERED, DEADLINE, early))
                .isEqualTo(Step.WAIT);
        assertThat(Progress.next(Stage.ASKED, ChallengeState.ASKED, DEADLINE, early))
                .isEqualTo(Step.WAIT);
    }

    @Property
    void each_step_is_one_that_the_stage_may_take(@ForAll Stage stage, @ForAll @WithNull ChallengeState seen) {
        for (Instant now : new Instant[] {DEADLINE, LATE}) {
            boolean may = switch (Progress.next(stage, seen, DEADLINE, now)) {
                case WAIT -> true;
                case POST -> stage == Stage.ISSUED || stage.mayBecome(Stage.ISSUED);
                case ASK -> stage == Stage.ASKED || stage.mayBecome(Stage.ASKED);
                case JUDGE -> stage.mayBecome(Stage.JUDGED);
                case GIVE_UP -> stage.mayBecome(Stage.GIVEN_UP);
            };
            assertThat(may).as("%s, seen %s", stage, seen).isTrue();
        }
    }

    @Example
    void an_honest_story_goes_on_at_once() {
        assertThat(Progress.next(Stage.PLANNED, null, DEADLINE, DEADLINE)).isEqualTo(Step.POST);
        assertThat(Progress.next(Stage.ISSUED, null, DEADLINE, DEADLINE)).isEqualTo(Step.POST);
        assertThat(Progress.next(Stage.ISSUED, ChallengeState.COMMITTED, DEADLINE, DEADLINE))
                .isEqualTo(Step.ASK);
        assertThat(Progress.next(Stage.ASKED, ChallengeState.COMMITTED, DEADLINE, DEADLINE))
                .isEqualTo(Step.ASK);
        assertThat(Progress.next(Stage.ASKED, ChallengeState.OPENED, DEADLINE, DEADLINE))
                .isEqualTo(Step.JUDGE);
    }

    @Example
    void a_node_that_was_offered_a_challenge_is_judged_for_its_silence_and_one_that_was_not_is_not() {
        assertThat(Progress.next(Stage.ISSUED, ChallengeState.OFFERED, DEADLINE, LATE))
                .isEqualTo(Step.JUDGE);
        assertThat(Progress.next(Stage.ISSUED, null, DEADLINE, LATE)).isEqualTo(Step.GIVE_UP);
        assertThat(Progress.next(Stage.ISSUED, ChallengeState.CLOSED, DEADLINE, LATE))
                .isEqualTo(Step.GIVE_UP);
    }

    @Example
    void what_follows_from_a_question_of_somebody_else_counts_for_nothing() {
        for (ChallengeState seen : new ChallengeState[] {ChallengeState.ASKED, ChallengeState.OPENED}) {
            assertThat(Progress.next(Stage.ISSUED, seen, DEADLINE, DEADLINE)).isEqualTo(Step.WAIT);
            assertThat(Progress.next(Stage.ISSUED, seen, DEADLINE, LATE)).isEqualTo(Step.JUDGE);
        }
    }
}
