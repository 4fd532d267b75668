package io.pithead.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.dispatch.core.JobNeed;
import io.pithead.coordinator.dispatch.core.NodeShape;
import io.pithead.coordinator.node.Node;
import io.pithead.coordinator.reputation.Repute;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ShapesTest {
    private static final JobNeed NEED =
            new JobNeed("work", false, null, 0, 0, List.of(), List.of(), null, BigInteger.ONE, null, 600);

    private final Shapes shapes = new Shapes();
    private final ParkedPolls polls = new ParkedPolls(node -> Repute.UNKNOWN, new Random(1));

    @Test
    void polls_of_one_shape_have_one_number() {
        Poll one = arrive(1);
        Poll other = arrive(2);
        Poll again = arrive(1);

        assertThat(again.shape).isEqualTo(one.shape).isNotEqualTo(other.shape);
        assertThat(polls.supplies()).hasSize(2);
    }

    @Test
    void a_miner_that_comes_with_ever_new_shapes_takes_no_more_memory() {
        Poll waiting = arrive(0);
        for (int ram = 1; ram <= 50_000; ram++) {
            polls.end(arrive(ram));
        }

        assertThat(shapes.size()).isLessThanOrEqualTo(10_000);
        assertThat(polls.supplies()).hasSize(1);
        assertThat(polls.shapes()).containsExactly(waiting.shape);
        assertThat(shapes.rank(1, NEED, waiting.shape))
                .as("who still waits still fits")
                .isNotNegative();
    }

    @Test
    void shapes_that_all_wait_are_all_kept() {
        for (int ram = 0; ram < 25_000; ram++) {
            arrive(ram);
        }

        assertThat(polls.supplies()).hasSize(25_000);
        assertThat(polls.shapes())
                .allSatisfy(shape -> assertThat(shapes.rank(1, NEED, shape)).isNotNegative());
    }

    private Poll arrive(long ramMb) {
        var shape = new NodeShape(false, null, null, ramMb, null, Set.of("work"), Set.of(), null, BigInteger.ZERO);
        var node = new Node(UUID.randomUUID(), UUID.randomUUID(), "m", shape, 1, true, false, null, null, null);
        var poll = new Poll(node, UUID.randomUUID(), 1, Long.MAX_VALUE, new CompletableFuture<>());
        shapes.assign(poll, polls);
        polls.add(poll);
        return poll;
    }
}
