package io.pithead.coordinator.platform;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The server's threads: long-lived ones for loops and lanes, a pool for answers. The pool is our own, of the container's
 * threads: the container's executor captures a context for every task, and looks through all jars for it.
 */
@ApplicationScoped
public class Work {
    /** Answers are written without waiting for the client, so more threads than cores gain little. */
    private static final int ANSWER_THREADS =
            Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
    /** Answers beyond these are given by the thread that has them. */
    private static final int MAX_WAITING_ANSWERS = 16_384;

    @Resource(lookup = "java:comp/DefaultManagedThreadFactory")
    ManagedThreadFactory threads;

    private ExecutorService answers;

    @PostConstruct
    void open() {
        var number = new AtomicInteger();
        answers = new ThreadPoolExecutor(
                ANSWER_THREADS,
                ANSWER_THREADS,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING_ANSWERS),
                task -> {
                    Thread thread = threads.newThread(task);
                    thread.setName("pithead-answers-" + number.incrementAndGet());
                    return thread;
                });
    }

    /** What was handed in is still answered. */
    @PreDestroy
    void close() {
        answers.shutdown();
    }

    public ThreadFactory threads() {
        return threads;
    }

    public Executor answers() {
        return answers;
    }
}
