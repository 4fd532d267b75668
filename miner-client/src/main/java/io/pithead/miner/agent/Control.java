package io.pithead.miner.agent;

import io.pithead.miner.agent.core.StopReason;
import io.pithead.protocol.task.ContainerOrder;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What a container's thread is told by others. */
final class Control {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private @Nullable Thread thread;
    private @Nullable StopReason stop;
    private boolean letGo;
    private boolean woken;
    private ContainerOrder order = ContainerOrder.RUN;
    private long generation;

    /** The newest order. */
    record Wanted(ContainerOrder order, long generation) {}

    /** @return whether there is anything to do at all */
    boolean begin(Thread own) {
        lock.lock();
        try {
            thread = own;
            return !letGo;
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            thread = null;
        } finally {
            lock.unlock();
        }
    }

    /** For good, and without a result. Whatever the thread waits for is interrupted. */
    void stop(StopReason reason) {
        lock.lock();
        try {
            if (stop == null) {
                stop = reason;
                interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The thread ends, the container does not. */
    void letGo() {
        lock.lock();
        try {
            letGo = true;
            interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void interrupt() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    @Nullable
    StopReason stopReason() {
        lock.lock();
        try {
            return letGo ? null : stop;
        } finally {
            lock.unlock();
        }
    }

    void steer(ContainerOrder newOrder, long newGeneration) {
        lock.lock();
        try {
            if (newGeneration > generation) {
                order = newOrder;
                generation = newGeneration;
                woken = true;
                news.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    Wanted wanted() {
        lock.lock();
        try {
            return new Wanted(order, generation);
        } finally {
            lock.unlock();
        }
    }

    void wake() {
        lock.lock();
        try {
            woken = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is news, at most so long. @return whether there is */
    boolean await(Duration most) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = most.toNanos();
            while (!woken && left > 0) {
                left = news.awaitNanos(left);
            }
            boolean was = woken;
            woken = false;
            return was;
        } finally {
            lock.unlock();
        }
    }
}
