package io.pithead.coordinator.verify.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.verify.core.Quorum.Decision;
import io.pithead.coordinator.verify.core.Quorum.Facts;
import io.pithead.coordinator.verify.core.Quorum.Policy;
import io.pithead.coordinator.verify.core.Quorum.Reason;
import io.pithead.coordinator.verify.core.Quorum.Referee;
import io.pithead.coordinator.verify.core.Quorum.Replica;
import io.pithead.coordinator.verify.core.Quorum.State;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class QuorumTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant DEADLINE = NOW.plusSeconds(600);
    private static final UUID FIRST = id(1);
    private static final UUID SECOND = id(2);
    private static final UUID THIRD = id(3);

    @Test
    void the_first_replica_is_joined_by_the_others_that_the_policy_asks_for() {
        assertThat(decide(Policy.PAIR, held(1))).isEqualTo(new Decision.More(1, DEADLINE));
        assertThat(decide(new Policy(4, 3, 5), answered(1, "a"))).isEqualTo(new Decision.More(3, DEADLINE));
    }

    @Test
    void one_is_enough_where_one_is_believed() {
        assertThat(decide(Policy.SINGLE, answered(1, "a")))
                .isEqualTo(new Decision.Agreed("a", List.of(FIRST), List.of(), List.of()));
    }

    @Test
    void two_that_agree_are_paid() {
        assertThat(decide(Policy.PAIR, answered(1, "a"), answered(2, "a")))
                .isEqualTo(new Decision.Agreed("a", List.of(FIRST, SECOND), List.of(), List.of()));
    }

    @Test
    void two_that_disagree_are_joined_by_a_third_who_decides() {
        assertThat(decide(Policy.PAIR, answered(1, "a"), answered(2, "b"))).isEqualTo(new Decision.More(1, DEADLINE));
        assertThat(decide(Policy.PAIR, answered(1, "a"), answered(2, "b"), answered(3, "b")))
                .isEqualTo(new Decision.Agreed("b", List.of(SECOND, THIRD), List.of(FIRST), List.of()));
    }

    @Test
    void who_ended_without_an_answer_is_replaced() {
        assertThat(decide(Policy.PAIR, answered(1, "a"), gone(2))).isEqualTo(new Decision.More(1, DEADLINE));
    }

    @Test
    void another_is_asked_for_as_soon_as_those_underway_cannot_make_a_quorum() {
        assertThat(decide(new Policy(3, 3, 5), answered(1, "a"), answered(2, "b"), held(3)))
                .isEqualTo(new Decision.More(1, DEADLINE));
    }

    @Test
    void who_works_on_it_is_waited_for_and_who_has_not_begun_is_not() {
        var policy = new Policy(3, 2, 3);

        assertThat(decide(policy, answered(1, "a"), answered(2, "a"), held(3))).isEqualTo(new Decision.Wait(DEADLINE));
        assertThat(decide(policy, answered(1, "a"), answered(2, "a"), queued(3)))
                .isEqualTo(new Decision.Agreed("a", List.of(FIRST, SECOND), List.of(), List.of(THIRD)));
    }

    @Test
    void at_the_deadline_a_quorum_stands_without_those_who_still_work() {
        var facts = facts(new Policy(3, 2, 3), new Referee.None(), answered(1, "a"), answered(2, "a"), held(3));

        assertThat(Quorum.decide(facts, DEADLINE))
                .isEqualTo(new Decision.Agreed("a", List.of(FIRST, SECOND), List.of(), List.of(THIRD)));
    }

    @Test
    void without_an_answer_there_is_nothing_to_decide() {
        assertThat(Quorum.decide(facts(Policy.PAIR, new Referee.Ready(), held(1), queued(2)), DEADLINE))
                .isEqualTo(new Decision.Failed(Reason.NO_ANSWER, List.of(), List.of(FIRST, SECOND)));
    }

    @Test
    void three_answers_are_the_referees_business_and_without_one_the_job_fails_and_nobody_is_called_wrong() {
        Replica[] three = {answered(1, "a"), answered(2, "b"), answered(3, "c")};

        assertThat(decide(new Referee.Ready(), three)).isEqualTo(new Decision.Undecided());
        assertThat(decide(new Referee.Asked(NOW.plusSeconds(60)), three))
                .isEqualTo(new Decision.Wait(NOW.plusSeconds(60)));
        assertThat(decide(new Referee.Asked(NOW), three)).isEqualTo(failed(Reason.NO_REFEREE));
        assertThat(decide(new Referee.Unsure(), three)).isEqualTo(failed(Reason.NO_QUORUM));
        assertThat(decide(new Referee.None(), three)).isEqualTo(failed(Reason.NO_QUORUM));
    }

    @Test
    void what_the_referee_says_is_final() {
        Replica[] three = {answered(1, "a"), answered(2, "b"), answered(3, "c")};

        assertThat(decide(new Referee.Said("c"), three))
                .isEqualTo(new Decision.Agreed("c", List.of(THIRD), List.of(FIRST, SECOND), List.of()));
        assertThat(decide(new Referee.Said("d"), three))
                .isEqualTo(new Decision.Failed(Reason.REFUTED, List.of(FIRST, SECOND, THIRD), List.of()));
    }

    @Test
    void the_referee_overrules_those_who_agreed_when_a_buyer_disputes() {
        assertThat(decide(new Referee.Said("b"), answered(1, "a"), answered(2, "a"), answered(3, "b")))
                .isEqualTo(new Decision.Agreed("b", List.of(THIRD), List.of(FIRST, SECOND), List.of()));
    }

    @Test
    void a_provider_has_one_vote_and_is_paid_once() {
        Replica twice = new Replica(SECOND, State.ANSWERED, id(101), "a");

        assertThat(decide(Policy.PAIR, answered(1, "a"), twice)).isEqualTo(new Decision.More(1, DEADLINE));
        assertThat(decide(Policy.PAIR, answered(1, "a"), twice, answered(3, "a")))
                .isEqualTo(new Decision.Agreed("a", List.of(FIRST, THIRD), List.of(), List.of(SECOND)));
    }

    @Test
    void a_provider_that_gives_two_answers_has_no_vote() {
        Replica other = new Replica(SECOND, State.ANSWERED, id(101), "b");

        assertThat(decide(new Policy(3, 2, 3), answered(1, "a"), other, answered(3, "a")))
                .isEqualTo(new Decision.Failed(Reason.NO_QUORUM, List.of(), List.of(FIRST, SECOND, THIRD)));
    }

    @Test
    void a_policy_under_which_two_answers_could_win_is_refused() {
        assertThatThrownBy(() -> new Policy(2, 2, 4)).hasMessageContaining("more than half");
        assertThatThrownBy(() -> new Policy(1, 2, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Policy(2, 2, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Policy(16, 16, 16)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> facts(Policy.SINGLE, new Referee.None(), held(1), held(2)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Decision failed(Reason reason) {
        return new Decision.Failed(reason, List.of(), List.of(FIRST, SECOND, THIRD));
    }

    private static Decision decide(Policy policy, Replica... replicas) {
        return Quorum.decide(facts(policy, new Referee.None(), replicas), NOW);
    }

    private static Decision decide(Referee referee, Replica... replicas) {
        return Quorum.decide(facts(Policy.PAIR, referee, replicas), NOW);
    }

    private static Facts facts(Policy policy, Referee referee, Replica... replicas) {
        return new Facts(policy, List.of(replicas), DEADLINE, referee);
    }

    private static Replica answered(int number, String answer) {
        return new Replica(id(number), State.ANSWERED, id(100 + number), answer);
    }

    private static Replica held(int number) {
        return new Replica(id(number), State.HELD, id(100 + number), null);
    }

    private static Replica queued(int number) {
        return new Replica(id(number), State.QUEUED, null, null);
    }

    private static Replica gone(int number) {
        return new Replica(id(number), State.GONE, id(100 + number), null);
    }

    private static UUID id(int number) {
        return new UUID(0, number);
    }
}
