package io.pithead.miner.challenge;

import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A bounded number of threads that share items among them. Interrupting the caller stops all of them. */
public final class Crew implements AutoCloseable {
    private final int workers;
    private final ExecutorService threads;

    /** @param workers the cores to use */
    public Crew(int workers) {
        this.workers = workers;
        this.threads = Executors.newFixedThreadPool(
                workers, Thread.ofPlatform().name("challenge-", 0).daemon().factory());
    }

    interface Item<S> {
        void work(S own, int item) throws InterruptedException;
    }

    /**
     * Returns when all are done, or one failed.
     *
     * @param own makes what each worker has to itself
     */
    <S> void each(int items, Supplier<S> own, Item<S> item) throws InterruptedException {
        var next = new AtomicInteger();
        Callable<Boolean> worker = () -> {
            try {
                S mine = own.get();
                for (int i = next.getAndIncrement(); i < items; i = next.getAndIncrement()) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    item.work(mine, i);
                }
                return true;
            } finally {
                // a worker that ends early has failed, and the others need not go on
                next.set(items);
            }
        };
        for (Future<Boolean> each : threads.invokeAll(Collections.nCopies(workers, worker))) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw unwrapped(e);
            }
        }
    }

    private static RuntimeException unwrapped(ExecutionException e) throws InterruptedException {
        return switch (e.getCause()) {
            case InterruptedException interrupted -> throw interrupted;
            case Error error -> throw error;
            case RuntimeException failed -> failed;
            case null, default -> new IllegalStateException(e);
        };
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
