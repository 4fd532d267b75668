package io.pithead.coordinator.verify.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.verify.core.Quorum.Decision;
import io.pithead.coordinator.verify.core.Quorum.Facts;
import io.pithead.coordinator.verify.core.Quorum.Policy;
import io.pithead.coordinator.verify.core.Quorum.Referee;
import io.pithead.coordinator.verify.core.Quorum.Replica;
import io.pithead.coordinator.verify.core.Quorum.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class QuorumPropertyTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant DEADLINE = NOW.plusSeconds(600);
    private static final Instant REFEREE = DEADLINE.plusSeconds(600);
    private static final String RIGHT = "right";
    private static final String LIE = "lie";

    /** What a provider does with its replica. */
    enum Deed {
        HONEST,
        /** Gives what all liars give. */
        LIE,
        /** Gives what nobody else gives. */
        RUBBISH,
        LEAVE,
        /** Never ends. */
        SLEEP
    }

    /** A job from its first replica to its end: replicas are made when the policy wants them, and act in some order. */
    private static final class Story {
        private final Policy policy;
        private final List<Deed> deeds;
        private final Random order;
        private final List<Replica> replicas = new ArrayList<>();
        private Referee referee;
        private Instant now = NOW;
        private Decision decision = new Decision.Undecided();

        Story(Policy policy, List<Deed> deeds, Referee referee, long seed) {
            this.policy = policy;
            this.deeds = deeds;
            this.referee = referee;
            order = new Random(seed);
            replicas.add(held(0));
        }

        /** Bounded by what can happen at all: a replica is made once and ends once, and time passes two deadlines. */
        Decision tell() {
            for (int step = 0; step < 4 * Quorum.MAX_REPLICAS; step++) {
                decision = Quorum.decide(new Facts(policy, replicas, DEADLINE, referee), now);
                switch (decision) {
                    case Decision.More more ->
                        IntStream.range(0, more.replicas()).forEach(any -> replicas.add(held(replicas.size())));
                    case Decision.Wait wait -> {
                        assertThat(wait.until()).isAfter(now);
                        act(wait.until());
                    }
                    case Decision.Undecided undecided -> referee = new Referee.Asked(REFEREE);
                    case Decision.Agreed agreed -> {
                        return decision;
                    }
                    case Decision.Failed failed -> {
                        return decision;
                    }
                }
            }
            throw new AssertionError("stuck at " + decision);
        }

        private void act(Instant until) {
            List<Integer> awake = new ArrayList<>();
            for (int i = 0; i < replicas.size(); i++) {
                if (replicas.get(i).state() == State.HELD && deeds.get(i) != Deed.SLEEP) {
                    awake.add(i);
                }
            }
            if (awake.isEmpty()) {
                now = until;
                return;
            }
            int one = awake.get(order.nextInt(awake.size()));
            replicas.set(one, done(one, deeds.get(one)));
        }
    }

    @Property
    void a_job_always_ends_with_no_more_replicas_than_it_may_have(
            @ForAll("policies") Policy policy,
            @ForAll("deeds") List<Deed> deeds,
            @ForAll("referees") Referee referee,
            @ForAll long seed) {
        var story = new Story(policy, deeds, referee, seed);

        story.tell();

        assertThat(story.replicas).hasSizeLessThanOrEqualTo(policy.max());
    }

    @Property
    void each_replica_is_spoken_of_once_and_nobody_is_paid_twice(
            @ForAll("policies") Policy policy,
            @ForAll("deeds") List<Deed> deeds,
            @ForAll("referees") Referee referee,
            @ForAll long seed) {
        var story = new Story(policy, deeds, referee, seed);

        var spoken = new ArrayList<UUID>();
        switch (story.tell()) {
            case Decision.Agreed agreed -> {
                spoken.addAll(agreed.paid());
                spoken.addAll(agreed.dissented());
                spoken.addAll(agreed.idle());
                assertThat(agreed.paid()).hasSizeBetween(1, policy.max());
                assertThat(answersOf(story, agreed.paid())).containsOnly(agreed.answer());
                assertThat(answersOf(story, agreed.dissented())).doesNotContain(agreed.answer());
            }
            case Decision.Failed failed -> {
                spoken.addAll(failed.dissented());
                spoken.addAll(failed.idle());
            }
            default -> throw new AssertionError("no end");
        }
        assertThat(spoken)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(
                        story.replicas.stream().map(Replica::id).toList());
    }

    @Property
    void liars_under_the_quorum_never_win_and_a_lone_dissenter_is_never_paid(
            @ForAll("policies") Policy policy, @ForAll("deeds") List<Deed> deeds, @ForAll long seed) {
        var story = new Story(policy, deeds, new Referee.None(), seed);

        Decision end = story.tell();

        long liars = story.replicas.stream()
                .filter(replica -> LIE.equals(replica.answer()))
                .count();
        if (end instanceof Decision.Agreed agreed) {
            assertThat(agreed.paid()).hasSizeGreaterThanOrEqualTo(policy.quorum());
            assertThat(agreed.answer().equals(LIE)).isEqualTo(liars >= policy.quorum());
        }
    }

    @Property
    void the_same_replicas_are_judged_the_same_in_whatever_order_they_came(
            @ForAll("policies") Policy policy,
            @ForAll("deeds") List<Deed> deeds,
            @ForAll("referees") Referee referee,
            @ForAll long seed) {
        List<Replica> replicas = new ArrayList<>(IntStream.range(0, policy.max())
                .mapToObj(i -> done(i, deeds.get(i)))
                .toList());
        Decision one = Quorum.decide(new Facts(policy, replicas, DEADLINE, referee), NOW);

        Collections.shuffle(replicas, new Random(seed));

        assertThat(Quorum.decide(new Facts(policy, replicas, DEADLINE, referee), NOW))
                .isEqualTo(one);
    }

    @Property
    void the_order_of_arrival_does_not_matter(
            @ForAll("policies") Policy policy, @ForAll("deeds") List<Deed> deeds, @ForAll long a, @ForAll long b) {
        var one = new Story(policy, deeds, new Referee.None(), a);
        var other = new Story(policy, deeds, new Referee.None(), b);
        if (one.tell() instanceof Decision.Agreed first && other.tell() instanceof Decision.Agreed second) {
            assertThat(second.answer()).isEqualTo(first.answer());
        }
    }

    @Property
    void a_quorum_that_stands_stands_whatever_comes_later(
            @ForAll("policies") Policy policy, @ForAll("deeds") List<Deed> deeds) {
        String before = null;
        for (int count = 1; count <= policy.max(); count++) {
            List<Replica> replicas = IntStream.range(0, count)
                    .mapToObj(i -> done(i, deeds.get(i)))
                    .toList();
            Decision decision = Quorum.decide(new Facts(policy, replicas, DEADLINE, new Referee.None()), DEADLINE);
            if (before != null) {
                assertThat(decision).isInstanceOf(Decision.Agreed.class);
            }
            if (decision instanceof Decision.Agreed agreed) {
                assertThat(before == null || before.equals(agreed.answer())).isTrue();
                before = agreed.answer();
            }
        }
    }

    @Provide
    Arbitrary<Policy> policies() {
        return Arbitraries.integers()
                .between(1, Quorum.MAX_REPLICAS)
                .flatMap(max -> Arbitraries.integers()
                        .between(max / 2 + 1, max)
                        .flatMap(quorum -> Arbitraries.integers()
                                .between(quorum, max)
                                .map(replicas -> new Policy(replicas, quorum, max))));
    }

    @Provide
    Arbitrary<List<Deed>> deeds() {
        return Combinators.combine(
                        Arbitraries.of(Deed.class).list().ofSize(Quorum.MAX_REPLICAS),
                        Arbitraries.of(Deed.HONEST, Deed.LIE, Deed.LEAVE).list().ofSize(Quorum.MAX_REPLICAS),
                        Arbitraries.of(true, false))
                .as((any, plain, which) -> which ? any : plain);
    }

    @Provide
    Arbitrary<Referee> referees() {
        return Arbitraries.of(
                new Referee.None(),
                new Referee.Ready(),
                new Referee.Unsure(),
                new Referee.Asked(REFEREE),
                new Referee.Said(RIGHT),
                new Referee.Said(LIE),
                new Referee.Said("another"));
    }

    private static List<String> answersOf(Story story, List<UUID> ids) {
        return story.replicas.stream()
                .filter(replica -> ids.contains(replica.id()))
                .map(replica -> String.valueOf(replica.answer()))
                .toList();
    }

    private static Replica held(int number) {
        return new Replica(new UUID(0, number), State.HELD, new UUID(1, number), null);
    }

    private static Replica done(int number, Deed deed) {
        UUID id = new UUID(0, number);
        UUID provider = new UUID(1, number);
        return switch (deed) {
            case HONEST -> new Replica(id, State.ANSWERED, provider, RIGHT);
            case LIE -> new Replica(id, State.ANSWERED, provider, LIE);
            case RUBBISH -> new Replica(id, State.ANSWERED, provider, "rubbish " + number);
            case LEAVE, SLEEP -> new Replica(id, State.GONE, provider, null);
        };
    }
}
