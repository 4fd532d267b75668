package io.pithead.coordinator.verify.core;

import io.pithead.protocol.job.Charge;
import io.pithead.protocol.job.ChargeView.Outcome;
import java.util.List;
import java.util.Optional;

/** What becomes of a charge, by what validators found of its answers. */
public final class ChargePolicy {
    private ChargePolicy() {}

    /** @param found the output that as many validators found as are wanted; none yet */
    public record Answer(String claimed, Optional<String> found) {}

    /** @param outcome none while what is still to be found may change it */
    public record Tally(int wrong, int right, Optional<Outcome> outcome) {}

    /** @param over nothing more will be found */
    public static Tally of(List<Answer> answers, boolean over) {
        int wrong = 0;
        int right = 0;
        for (Answer answer : answers) {
            if (answer.found().isPresent()) {
                boolean same = answer.found().get().equals(answer.claimed());
                right += same ? 1 : 0;
                wrong += same ? 0 : 1;
            }
        }
        return new Tally(wrong, right, outcome(answers.size(), wrong, right, over));
    }

    private static Optional<Outcome> outcome(int charged, int wrong, int right, boolean over) {
        if (wrong >= Charge.WRONG_ENOUGH) {
            return Optional.of(Outcome.CONFIRMED);
        }
        if (charged - right < Charge.WRONG_ENOUGH) {
            return Optional.of(Outcome.CLEARED);
        }
        return over ? Optional.of(Outcome.UNDECIDED) : Optional.empty();
    }
}
