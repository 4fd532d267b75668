package io.pithead.coordinator.verify.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.verify.core.ChargePolicy.Answer;
import io.pithead.coordinator.verify.core.ChargePolicy.Tally;
import io.pithead.protocol.job.ChargeView.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChargePolicyTest {
    /** @param found w for wrong, r for right, ? for not yet */
    private static Tally tally(String found, boolean over) {
        var answers = new ArrayList<Answer>();
        for (char one : found.toCharArray()) {
            answers.add(new Answer(
                    "claimed",
                    switch (one) {
                        case 'w' -> Optional.of("other");
                        case 'r' -> Optional.of("claimed");
                        default -> Optional.empty();
                    }));
        }
        return ChargePolicy.of(answers, over);
    }

    @ParameterizedTest
    @CsvSource({
        "www, CONFIRMED",
        "ww?, ",
        "r??, CLEARED",
        "?????, ",
        "wwrr?, ",
        "wwwrr, CONFIRMED",
        "wwrrr, CLEARED",
        "rrr??, CLEARED",
        "rr???, ",
        "www??, CONFIRMED",
        "????, ",
        "rr??, CLEARED"
    })
    void it_is_decided_as_soon_as_nothing_more_can_change_it(String found, Outcome outcome) {
        assertThat(tally(found, false).outcome()).isEqualTo(Optional.ofNullable(outcome));
    }

    @Test
    void what_is_not_decided_when_its_time_is_over_stays_undecided() {
        assertThat(tally("ww?", true).outcome()).contains(Outcome.UNDECIDED);
        assertThat(tally("???", true).outcome()).contains(Outcome.UNDECIDED);
        assertThat(tally("www", true).outcome()).contains(Outcome.CONFIRMED);
        assertThat(tally("r??", true).outcome()).contains(Outcome.CLEARED);
    }

    @Test
    void it_says_how_many_were_found_right_and_wrong() {
        assertThat(tally("wr?w", false)).isEqualTo(new Tally(2, 1, Optional.empty()));
    }

    @Property
    void a_node_that_lied_less_than_three_times_is_never_confirmed(@ForAll @Size(min = 3, max = 5) List<Boolean> lies) {
        var found = new StringBuilder();
        lies.forEach(lie -> found.append(lie ? 'w' : 'r'));
        long wrong = lies.stream().filter(lie -> lie).count();

        assertThat(tally(found.toString(), true).outcome()).contains(wrong >= 3 ? Outcome.CONFIRMED : Outcome.CLEARED);
    }
}
