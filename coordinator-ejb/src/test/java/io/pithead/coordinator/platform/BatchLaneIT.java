package io.pithead.coordinator.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.platform.BatchLane.Applied;
import io.pithead.coordinator.platform.BatchLane.Outcome;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.error.ErrorCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BatchLaneIT {
    private static final TestDatabase ROWS = TestDatabase.create();
    private static final int CAPACITY = 8;

    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());

    @Test
    void what_waits_while_a_batch_commits_goes_into_the_next_one() throws Exception {
        try (var lane = lane(4)) {
            var answers = new ArrayList<>(List.of(lane.submit(0)));
            assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
            for (int i = 1; i <= 6; i++) {
                answers.add(lane.submit(i));
            }
            go.countDown();
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get(30, TimeUnit.SECONDS)).isEqualTo(i);
            }
        }
        assertThat(sizes).containsExactly(1, 4, 2);
    }

    @Test
    void a_full_lane_says_so_at_once_and_the_rest_is_answered() throws Exception {
        try (var lane = lane(4)) {
            var first = lane.submit(0);
            assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
            var waiting = new ArrayList<CompletableFuture<Integer>>();
            for (int i = 0; i < CAPACITY; i++) {
                waiting.add(lane.submit(i));
            }
            var refused = lane.submit(99);

            assertThat(refused).isCompletedExceptionally();
            go.countDown();
            assertThat(first.get(30, TimeUnit.SECONDS)).isZero();
            for (var answer : waiting) {
                assertThat(answer.get(30, TimeUnit.SECONDS)).isNotNegative();
            }
            assertUnavailable(refused);
        }
    }

    @Test
    void closing_answers_what_waits_and_refuses_what_comes_later() throws Exception {
        go.countDown();
        var lane = lane(4);
        var answers = List.of(lane.submit(1), lane.submit(2), lane.submit(3));
        lane.close();

        for (var answer : answers) {
            assertThat(answer.get(30, TimeUnit.SECONDS)).isPositive();
        }
        assertUnavailable(lane.submit(4));
    }

    /** What is handed in at the very moment when the lane's thread ends must not wait for ever. */
    @Test
    void whoever_comes_while_it_closes_is_answered_one_way_or_the_other() throws Exception {
        go.countDown();
        try (var callers = Executors.newFixedThreadPool(4)) {
            for (int round = 0; round < 200; round++) {
                var lane = lane(4);
                var busy = new ArrayList<Future<?>>();
                for (int caller = 0; caller < 4; caller++) {
                    busy.add(callers.submit(() -> untilRefused(lane)));
                }
                lane.submit(0).get(30, TimeUnit.SECONDS);
                lane.close();
                for (Future<?> one : busy) {
                    one.get(60, TimeUnit.SECONDS);
                }
            }
        }
    }

    private static Void untilRefused(BatchLane<Integer, Integer> lane) throws Exception {
        try {
            while (true) {
                lane.submit(1).get(30, TimeUnit.SECONDS);
            }
        } catch (ExecutionException refused) {
            return null;
        }
    }

    @Test
    void an_item_that_fails_alone_is_refused_and_its_neighbours_are_committed_once() throws Exception {
        ROWS.update("create table if not exists lane_probe (n integer primary key)");
        var applied = new AtomicInteger();
        try (BatchLane<Integer, Integer> lane = new BatchLane<>(
                "probe",
                ROWS.database(),
                Executors.defaultThreadFactory(),
                Runnable::run,
                16,
                16,
                (connection, items) -> {
                    started.countDown();
                    await(go);
                    applied.incrementAndGet();
                    try (var insert = connection.prepareStatement("insert into lane_probe values (?)")) {
                        for (int item : items) {
                            insert.setInt(1, item);
                            insert.executeUpdate();
                        }
                    }
                    return new Applied<>(items.stream().map(Outcome::of).toList());
                })) {
            var first = lane.submit(1);
            assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
            var two = lane.submit(2);
            var again = lane.submit(1);
            var three = lane.submit(3);
            go.countDown();
            assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(two.get(30, TimeUnit.SECONDS)).isEqualTo(2);
            assertThat(three.get(30, TimeUnit.SECONDS)).isEqualTo(3);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> again.get(30, TimeUnit.SECONDS))
                    .withCauseInstanceOf(DatabaseException.class);
        }
        assertThat(ROWS.number("select count(*) from lane_probe")).isEqualTo(3);
        assertThat(applied).hasValue(5);
    }

    private BatchLane<Integer, Integer> lane(int maxBatch) {
        return new BatchLane<>(
                "probe",
                ROWS.database(),
                Executors.defaultThreadFactory(),
                Runnable::run,
                CAPACITY,
                maxBatch,
                (connection, items) -> {
                    started.countDown();
                    await(go);
                    sizes.add(items.size());
                    return new Applied<>(items.stream().map(Outcome::of).toList());
                });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void assertUnavailable(CompletableFuture<Integer> answer) {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> answer.get(30, TimeUnit.SECONDS))
                .havingCause()
                .isInstanceOfSatisfying(
                        CoordinatorException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    }
}
