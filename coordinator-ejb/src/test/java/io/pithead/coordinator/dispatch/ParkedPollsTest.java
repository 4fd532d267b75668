package io.pithead.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pithead.coordinator.dispatch.core.NodeShape;
import io.pithead.coordinator.node.Node;
import io.pithead.coordinator.reputation.Repute;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Whose turn it is. */
class ParkedPollsTest {
    private static final NodeShape SHAPE =
            new NodeShape(false, null, null, null, null, Set.of("work"), Set.of(), null, BigInteger.ZERO);

    private final Map<UUID, Repute> reputes = new HashMap<>();
    private final ParkedPolls polls =
            new ParkedPolls(node -> reputes.getOrDefault(node, Repute.UNKNOWN), new Random(7));

    private Poll poll(Repute repute, int slots) {
        var node = new Node(UUID.randomUUID(), UUID.randomUUID(), "m", SHAPE, slots, true, false, null, null, null);
        reputes.put(node.id(), repute);
        return new Poll(node, UUID.randomUUID(), slots, Long.MAX_VALUE, new CompletableFuture<>());
    }

    private Poll park(Repute repute) {
        Poll poll = poll(repute, 1);
        polls.add(poll);
        return poll;
    }

    /** Jobs come one by one, and who has had one asks again. */
    private Map<Poll, Integer> give(int jobs) {
        var had = new HashMap<Poll, Integer>();
        for (int i = 0; i < jobs; i++) {
            Poll next = polls.take(0, 1).getFirst();
            had.merge(next, 1, Integer::sum);
            polls.enlist(next);
        }
        return had;
    }

    @Test
    void who_has_twice_the_score_has_twice_the_work() {
        Poll good = park(new Repute(0.8, false));
        Poll fair = park(new Repute(0.4, false));

        Map<Poll, Integer> had = give(6_000);

        assertThat(had.getOrDefault(good, 0) / (double) had.getOrDefault(fair, 0))
                .isCloseTo(2, within(0.2));
    }

    @Test
    void each_is_first_as_often_as_its_score_says() {
        int first = 0;
        for (int i = 0; i < 10_000; i++) {
            Poll good = park(new Repute(0.75, false));
            Poll fair = park(new Repute(0.25, false));
            first += polls.take(0, 1).getFirst() == good ? 1 : 0;
            polls.end(good);
            polls.end(fair);
        }

        assertThat(first / 10_000.0).isCloseTo(0.75, within(0.03));
    }

    @Test
    void newcomers_have_one_turn_in_ten_however_many_they_are() {
        park(new Repute(0.5, false));
        for (int i = 0; i < 500; i++) {
            park(new Repute(0.08, true));
        }
        int newcomers = give(1_000).entrySet().stream()
                .filter(had -> had.getKey().newcomer)
                .mapToInt(Map.Entry::getValue)
                .sum();

        assertThat(newcomers).isEqualTo(100);
    }

    @Test
    void where_only_newcomers_wait_they_have_it_all() {
        for (int i = 0; i < 20; i++) {
            park(Repute.UNKNOWN);
        }

        assertThat(polls.take(0, 20)).hasSize(20).doesNotHaveDuplicates();
        assertThat(polls.take(0, 1)).isEmpty();
    }

    @Test
    void who_is_gone_gets_nothing_and_takes_no_room() {
        List<Poll> gone = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            gone.add(park(new Repute(0.5, i % 2 == 0)));
        }
        Poll left = park(new Repute(0.001, false));
        gone.forEach(polls::end);

        assertThat(polls.take(0, 5)).containsExactly(left);
        assertThat(polls.size()).isOne();
        assertThat(polls.supplies()).isEmpty();
    }

    @Test
    void polls_are_taken_until_they_have_the_slots() {
        polls.add(poll(new Repute(0.5, false), 4));
        polls.add(poll(new Repute(0.5, false), 4));
        polls.add(poll(new Repute(0.5, false), 4));

        assertThat(polls.take(0, 5)).hasSize(2);
        assertThat(polls.supplies())
                .singleElement()
                .satisfies(rest -> assertThat(rest.slots()).isEqualTo(4));
    }
}
