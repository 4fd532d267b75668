package io.pithead.coordinator.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopTest {
    private static final Duration ALLOWED = Duration.ofSeconds(10);

    @Test
    void a_loop_is_overdue_after_its_allowed_age_and_not_before() {
        var loop = new Loop(ALLOWED, 0);

        assertThat(loop.age(ALLOWED.toNanos()).isOverdue()).isFalse();
        assertThat(loop.age(ALLOWED.toNanos() + 1).isOverdue()).isTrue();
    }

    @Test
    void a_failed_round_is_known_until_one_goes_well() {
        var loop = new Loop(ALLOWED, 0);
        loop.fail();
        assertThat(loop.age(1).failing()).isTrue();

        loop.tick();
        assertThat(loop.age(1).failing()).isFalse();
    }

    @Test
    void a_round_that_throws_does_not_end_the_loop() throws InterruptedException {
        var loop = new Loop(ALLOWED, 0);
        var rounds = new Semaphore(0);
        var thread = new LoopThread("test", Duration.ofMillis(1), loop, () -> {
            rounds.release();
            throw new IllegalStateException("every time");
        });
        thread.start(Thread::new);

        assertThat(rounds.tryAcquire(3, 30, TimeUnit.SECONDS)).isTrue();
        thread.stop();
        assertThat(loop.age(1).failing()).isTrue();
    }

    @Test
    void stopping_waits_for_the_round_that_runs() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        var thread = new LoopThread("test", Duration.ofHours(1), new Loop(ALLOWED, 0), () -> {
            begun.countDown();
            for (int i = 0; i < 1_000_000; i++) {
                Thread.onSpinWait();
            }
            ended.countDown();
        });
        thread.start(Thread::new);
        begun.await();

        thread.stop();
        thread.await();

        assertThat(ended.getCount()).isZero();
    }
}
