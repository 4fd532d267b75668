package io.pithead.coordinator.reputation.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.reputation.core.Sanction.Measure;
import io.pithead.coordinator.reputation.core.Sanction.Suspicion;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SanctionTest {
    @Test
    void who_was_suspended_comes_back_as_a_suspect_and_seven_more_lies_suspend_it_again() {
        Suspicion suspicion = Suspicion.NONE;
        for (int i = 0; i < 10; i++) {
            assertThat(Sanction.measure(suspicion)).isNotEqualTo(Measure.CONFIRM);
            suspicion = suspicion.afterWrong();
        }
        assertThat(Sanction.measure(suspicion)).isEqualTo(Measure.CONFIRM);
        suspicion = suspicion.afterSuspension();
        assertThat(suspicion.isSuspect()).isTrue();
        assertThat(suspicion.afterRight().isSuspect()).isFalse();
        for (int i = 0; i < 7; i++) {
            assertThat(Sanction.measure(suspicion)).isEqualTo(Measure.SUSPECT);
            suspicion = suspicion.afterWrong();
        }
        assertThat(Sanction.measure(suspicion)).isEqualTo(Measure.CONFIRM);
    }

    @Test
    void three_wrong_answers_make_a_suspect_and_ten_a_case() {
        assertThat(Sanction.measure(wrong(2))).isEqualTo(Measure.NONE);
        assertThat(Sanction.measure(wrong(3))).isEqualTo(Measure.SUSPECT);
        assertThat(Sanction.measure(wrong(9))).isEqualTo(Measure.SUSPECT);
        assertThat(Sanction.measure(wrong(10))).isEqualTo(Measure.CONFIRM);
    }

    @Test
    void stake_is_taken_only_when_a_referee_confirmed_three() {
        Suspicion two = wrong(10).afterConfirmed().afterConfirmed();

        assertThat(Sanction.measure(two)).isEqualTo(Measure.CONFIRM);
        assertThat(Sanction.measure(two.afterConfirmed())).isEqualTo(Measure.SLASH);
    }

    @Test
    void an_answer_that_the_referee_finds_right_is_taken_back() {
        assertThat(wrong(3).afterCleared().points()).isEqualTo(2 * Sanction.WRONG - 1);
        assertThat(Sanction.measure(wrong(10)
                        .afterConfirmed()
                        .afterConfirmed()
                        .afterConfirmed()
                        .afterCleared()))
                .isEqualTo(Measure.SUSPECT);
    }

    @Test
    void fifty_right_answers_outweigh_a_wrong_one_and_clear_what_was_confirmed() {
        Suspicion suspicion = wrong(1).afterConfirmed();
        for (int i = 0; i < 49; i++) {
            suspicion = suspicion.afterRight();
            assertThat(suspicion.points()).isPositive();
        }

        assertThat(suspicion.afterRight()).isEqualTo(Suspicion.NONE);
    }

    @Property
    void right_answers_cannot_be_saved_up(@ForAll List<Boolean> answers) {
        Suspicion suspicion = Suspicion.NONE;
        for (boolean right : answers) {
            suspicion = right ? suspicion.afterRight() : suspicion.afterWrong();
        }
        for (int i = 0; i < 10; i++) {
            suspicion = suspicion.afterWrong();
        }

        assertThat(Sanction.measure(suspicion)).isEqualTo(Measure.CONFIRM);
    }

    @Test
    void a_node_as_faulty_as_is_fair_is_never_a_case_in_ten_million_answers() {
        var random = new Random(5);
        Suspicion suspicion = Suspicion.NONE;
        int most = 0;
        for (int i = 0; i < 10_000_000; i++) {
            suspicion = random.nextInt(Sanction.FAIR_ONE_IN) == 0 ? suspicion.afterWrong() : suspicion.afterRight();
            most = Math.max(most, suspicion.points());
        }

        assertThat(most).isLessThan(Sanction.CONVICT);
    }

    @Test
    void a_node_that_lies_in_one_of_ten_is_a_case_within_a_few_hundred_answers() {
        var random = new Random(6);
        Suspicion suspicion = Suspicion.NONE;
        int answers = 0;
        while (Sanction.measure(suspicion) != Measure.CONFIRM && answers < 1_000) {
            suspicion = random.nextInt(10) == 0 ? suspicion.afterWrong() : suspicion.afterRight();
            answers++;
        }

        assertThat(answers).isLessThan(500);
    }

    private static Suspicion wrong(int times) {
        Suspicion suspicion = Suspicion.NONE;
        for (int i = 0; i < times; i++) {
            suspicion = suspicion.afterWrong();
        }
        return suspicion;
    }
}
