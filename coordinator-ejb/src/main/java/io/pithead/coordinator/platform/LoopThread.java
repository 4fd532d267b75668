package io.pithead.coordinator.platform;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One background loop: round, pause, round, until stopped. Says when it starts failing and when it is well again. */
final class LoopThread {
    private static final Logger LOG = System.getLogger(LoopThread.class.getName());
    private static final Duration STOP_WAIT = Duration.ofSeconds(5);

    private final String name;
    private final Duration pause;
    private final Loop loop;
    private final Loops.Round round;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private boolean failing;

    LoopThread(String name, Duration pause, Loop loop, Loops.Round round) {
        this.name = name;
        this.pause = pause;
        this.loop = loop;
        this.round = round;
    }

    void start(ThreadFactory factory) {
        Thread started = factory.newThread(this::run);
        started.setName("pithead-" + name);
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    /** No further round. */
    void stop() {
        stopped.countDown();
    }

    /** Until the round that is under way has ended, within reason. */
    void await() {
        Thread running = thread;
        if (running == null || running == Thread.currentThread()) {
            return;
        }
        try {
            if (!running.join(STOP_WAIT)) {
                running.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            do {
                goRound();
            } while (!stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void goRound() throws InterruptedException {
        try {
            round.run();
            loop.tick();
            if (failing) {
                failing = false;
                LOG.log(Level.INFO, () -> "loop.recovered loop=" + name);
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            loop.fail();
            if (!failing) {
                failing = true;
                LOG.log(Level.WARNING, () -> "loop.failing loop=" + name, e);
            }
        }
    }
}
