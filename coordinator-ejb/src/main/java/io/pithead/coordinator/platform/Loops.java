package io.pithead.coordinator.platform;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The background loops of this instance and when each last went round: readiness asks here, so a loop that died or hangs
 * is seen, not only one that fails loudly.
 */
@ApplicationScoped
public class Loops {
    private final Map<String, Loop> loops = new ConcurrentHashMap<>();
    private final Queue<LoopThread> threads = new ConcurrentLinkedQueue<>();

    private final Queue<Runnable> others = new ConcurrentLinkedQueue<>();

    @Resource
    ManagedThreadFactory threadFactory;

    /** One loop's age against what it is allowed, and whether its last round threw. */
    public record Age(Duration age, Duration allowed, boolean failing) {
        public boolean isOverdue() {
            return age.compareTo(allowed) > 0;
        }
    }

    /** The work of one round. What it throws is logged once per outage; the loop goes on. */
    @FunctionalInterface
    public interface Round {
        void run() throws Exception;
    }

    /** For a loop that has its own thread: report with {@link Loop#tick()} after each round that did its work. */
    public Loop register(String name, Duration allowedAge) {
        var loop = new Loop(allowedAge, System.nanoTime());
        if (loops.putIfAbsent(name, loop) != null) {
            throw new IllegalArgumentException("two loops are called " + name);
        }
        return loop;
    }

    /** Runs a loop on a thread of its own until this application stops. A round that throws does not tick. */
    public void start(String name, Duration pause, Duration allowedAge, Round round) {
        var thread = new LoopThread(name, pause, register(name, allowedAge), round);
        threads.add(thread);
        thread.start(threadFactory);
    }

    /** For loops on threads of their own: runs when all end. */
    public void onStop(Runnable stop) {
        others.add(stop);
    }

    public Map<String, Age> ages() {
        long now = System.nanoTime();
        var ages = new TreeMap<String, Age>();
        loops.forEach((name, loop) -> ages.put(name, loop.age(now)));
        return ages;
    }

    /** Ends all loops; what they need may be taken away after it. */
    @PreDestroy
    public void stop() {
        threads.forEach(LoopThread::stop);
        others.forEach(Runnable::run);
        threads.forEach(LoopThread::await);
    }
}
