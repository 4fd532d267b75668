package io.pithead.coordinator.dispute.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.dispute.core.DisputePolicy.Facts;
import io.pithead.coordinator.verify.core.Quorum;
import io.pithead.coordinator.verify.core.Quorum.Decision;
import io.pithead.coordinator.verify.core.Quorum.Policy;
import io.pithead.coordinator.verify.core.Quorum.Referee;
import io.pithead.coordinator.verify.core.Quorum.Replica;
import io.pithead.protocol.job.DisputeView.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class DisputePolicyPropertyTest {
    private static final Instant DEADLINE = Instant.parse("2026-11-01T00:00:00Z");

    /** Replicas of as many providers, each with one of a few answers. */
    private static Quorum.Decision judged(List<Integer> answers) {
        var replicas = new ArrayList<Replica>();
        for (int i = 0; i < answers.size(); i++) {
            replicas.add(new Replica(new UUID(0, i), Quorum.State.ANSWERED, new UUID(1, i), answer(answers.get(i))));
        }
        return Quorum.decide(new Quorum.Facts(Policy.PAIR, replicas, DEADLINE, new Referee.None()), DEADLINE);
    }

    private static String answer(int number) {
        return "answer " + number;
    }

    /** Safety: nobody loses pay unless more than half of the most replicas there may be gave one other answer. */
    @Property
    void pay_is_taken_back_exactly_for_a_quorum_of_another_answer(
            @ForAll @Size(max = 3) List<@IntRange(max = 2) Integer> answers, @ForAll @IntRange(max = 2) int own) {
        String agreed = judged(answers) instanceof Decision.Agreed one ? one.answer() : null;
        State state = DisputePolicy.decide(new Facts(answer(own), true, agreed, DEADLINE), DEADLINE);

        boolean others = answers.stream()
                .anyMatch(answer ->
                        answer != own && answers.stream().filter(answer::equals).count() >= Policy.PAIR.quorum());
        assertThat(state == State.UPHELD).isEqualTo(others);
        assertThat(state == State.REJECTED)
                .isEqualTo(answers.stream().filter(answer -> answer == own).count() >= Policy.PAIR.quorum());
    }

    /** Progress: there is a time from which on it has ended, whatever is known; what was judged does not depend on time. */
    @Property
    void every_dispute_ends(
            @ForAll boolean judged, @ForAll boolean agree, @ForAll @LongRange(max = 1_000_000) long later) {
        var facts = new Facts("a", judged, judged && agree ? "b" : null, DEADLINE);
        Instant end = DEADLINE.plus(DisputePolicy.GRACE);

        assertThat(DisputePolicy.decide(facts, end.plusSeconds(later))).isNotEqualTo(State.OPEN);
        if (judged) {
            assertThat(DisputePolicy.decide(facts, end.minusSeconds(later)))
                    .isEqualTo(DisputePolicy.decide(facts, end));
        }
    }
}
