package io.pithead.coordinator.verify.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pithead.coordinator.verify.core.Canary.Judgement;
import io.pithead.coordinator.verify.core.Canary.Known;
import io.pithead.coordinator.verify.core.Canary.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CanaryTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final UUID NODE = new UUID(5, 5);
    private static final UUID PROVIDER = new UUID(6, 6);
    private static final Draw DRAW = new Draw(new byte[Draw.MIN_KEY_BYTES]);

    @Test
    void no_more_are_given_out_than_the_rate_says() {
        int jobs = 100_000;
        long due = LongStream.range(0, jobs)
                .filter(taken -> Canary.isDue(NODE, taken, DRAW, Policy.DEFAULT))
                .count();

        assertThat(due / (double) jobs).isCloseTo(0.005, within(5 * Math.sqrt(0.005 / jobs)));
    }

    @Test
    void a_job_that_others_agreed_on_fits() {
        assertThat(fits(known(1))).isTrue();
    }

    @Test
    void a_job_that_one_provider_alone_answered_does_not_fit() {
        assertThat(fits(new Known(new UUID(0, 1), "a", Set.of(), 1, 0, NOW.minus(Duration.ofDays(1)))))
                .isFalse();
    }

    @Test
    void a_provider_that_had_it_gets_it_never_again() {
        assertThat(fits(new Known(new UUID(0, 1), "a", Set.of(PROVIDER), 2, 0, NOW.minus(Duration.ofDays(1)))))
                .isFalse();
    }

    @Test
    void a_job_is_used_three_times_and_neither_fresh_nor_old() {
        assertThat(fits(new Known(new UUID(0, 1), "a", Set.of(), 2, 3, NOW.minus(Duration.ofDays(1)))))
                .isFalse();
        assertThat(fits(new Known(new UUID(0, 1), "a", Set.of(), 2, 0, NOW.minus(Duration.ofMinutes(59)))))
                .isFalse();
        assertThat(fits(new Known(new UUID(0, 1), "a", Set.of(), 2, 0, NOW.minus(Duration.ofDays(31)))))
                .isFalse();
    }

    @Test
    void which_one_it_is_spreads_and_repeats() {
        List<Known> four = IntStream.range(0, 4).mapToObj(CanaryTest::known).toList();
        var times = new HashMap<UUID, Integer>();
        for (int taken = 0; taken < 1_000; taken++) {
            Optional<Known> choice = choose(four, taken);
            assertThat(choose(four.reversed(), taken)).isEqualTo(choice);
            times.merge(choice.orElseThrow().job(), 1, Integer::sum);
        }

        assertThat(times).hasSize(4);
        assertThat(times.values()).allMatch(count -> count > 150 && count < 350);
    }

    @Test
    void a_right_answer_is_enough_and_another_needs_more_providers_than_the_known_one_had() {
        for (int agreed = 2; agreed <= Canary.MAX_AGREED; agreed++) {
            Quorum.Policy policy = Canary.quorum(agreed);
            List<Quorum.Replica> votes = new ArrayList<>();
            for (int i = 0; i < agreed; i++) {
                votes.add(vote(votes.size(), "known"));
            }
            votes.add(vote(votes.size(), "known"));
            assertThat(decide(policy, votes)).isInstanceOf(Quorum.Decision.Agreed.class);
            votes.removeLast();
            for (int i = 0; i < agreed; i++) {
                votes.add(vote(votes.size(), "other"));
                assertThat(decide(policy, votes)).isInstanceOf(Quorum.Decision.More.class);
            }
            votes.add(vote(votes.size(), "other"));
            assertThat(decide(policy, votes))
                    .isInstanceOfSatisfying(
                            Quorum.Decision.Agreed.class,
                            said -> assertThat(said.answer()).isEqualTo("other"));
        }
    }

    private static Quorum.Replica vote(int number, String answer) {
        return new Quorum.Replica(new UUID(2, number), Quorum.State.ANSWERED, new UUID(3, number), answer);
    }

    private static Quorum.Decision decide(Quorum.Policy policy, List<Quorum.Replica> votes) {
        return Quorum.decide(new Quorum.Facts(policy, votes, NOW.plusSeconds(1), new Quorum.Referee.None()), NOW);
    }

    @Test
    void another_answer_proves_nothing_until_somebody_else_says_which_is_right() {
        assertThat(Canary.judge("a", "a", Optional.empty())).isEqualTo(Judgement.VALID);
        assertThat(Canary.judge("a", "b", Optional.empty())).isEqualTo(Judgement.UNCONFIRMED);
        assertThat(Canary.judge("a", "b", Optional.of("a"))).isEqualTo(Judgement.INVALID);
        assertThat(Canary.judge("a", "b", Optional.of("b"))).isEqualTo(Judgement.STALE);
        assertThat(Canary.judge("a", "b", Optional.of("c"))).isEqualTo(Judgement.BOTH_WRONG);
        assertThat(Canary.judge("a", "a", Optional.of("c"))).isEqualTo(Judgement.BOTH_WRONG);
        assertThat(Canary.judge("a", "a", Optional.of("a"))).isEqualTo(Judgement.VALID);
    }

    private static boolean fits(Known known) {
        return choose(List.of(known), 0).isPresent();
    }

    private static Optional<Known> choose(List<Known> finished, long taken) {
        return Canary.choose(finished, PROVIDER, NODE, taken, DRAW, Policy.DEFAULT, NOW);
    }

    private static Known known(int number) {
        return new Known(new UUID(0, number), "a", Set.of(new UUID(1, number)), 2, 0, NOW.minus(Duration.ofDays(1)));
    }
}
