package io.pithead.coordinator.chain;

import io.pithead.coordinator.platform.Bell;
import io.pithead.coordinator.platform.Loop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** The thread of one sender or indexer. A node that is away is no failure of the loop: work waits for it in rows. */
final class ChainLoop {
    private static final Logger LOG = System.getLogger(ChainLoop.class.getName());
    private static final Duration STOP_WAIT = Duration.ofSeconds(5);

    private final String name;
    private final Loop loop;
    private final Round round;
    private final Runnable stop;
    private final Bell bell;
    private final Duration pause;
    private volatile boolean open = true;
    private volatile @Nullable Thread thread;
    private boolean failing;

    /**
     * One round.
     *
     * @return whether there is more to do at once
     */
    @FunctionalInterface
    interface Round {
        boolean go() throws RpcException;
    }

    /** @param stop gives up what the loop holds, once it has ended */
    ChainLoop(String name, Loop loop, Round round, Runnable stop, Bell bell, Duration pause) {
        this.name = name;
        this.loop = loop;
        this.round = round;
        this.stop = stop;
        this.bell = bell;
        this.pause = pause;
    }

    void start(ThreadFactory threads) {
        Thread started = threads.newThread(this::run);
        started.setName("pithead-" + name);
        thread = started;
        started.start();
    }

    private void run() {
        try {
            while (open) {
                if (!goRound()) {
                    bell.await(pause);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean goRound() {
        try {
            boolean more = round.go();
            loop.tick();
            failing = false;
            return more;
        } catch (RpcException e) {
            // the endpoints say so once
            loop.tick();
            LOG.log(Level.DEBUG, () -> "chain.no_answer loop=" + name + " reason=" + e.getMessage());
        } catch (ChainLease.LostException e) {
            loop.tick();
            LOG.log(Level.INFO, () -> "chain.lease_lost loop=" + name);
        } catch (RuntimeException e) {
            loop.fail();
            if (!failing) {
                failing = true;
                LOG.log(Level.WARNING, () -> "loop.failing loop=" + name, e);
            }
        }
        return false;
    }

    /** No further round. */
    void stop() {
        open = false;
        bell.ring();
    }

    /** Until the round that is under way has ended, within reason. */
    void await() {
        Thread running = thread;
        try {
            if (running != null && !running.join(STOP_WAIT)) {
                running.interrupt();
                return;
            }
            stop.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // it runs out by itself
            LOG.log(Level.DEBUG, () -> "chain.lease_not_given_up loop=" + name, e);
        }
    }
}
