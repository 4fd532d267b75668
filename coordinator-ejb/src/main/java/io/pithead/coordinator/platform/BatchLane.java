package io.pithead.coordinator.platform;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: whatever waits is applied in one transaction by one thread, and its callers are answered after the
 * commit. While one batch commits the next one gathers, so an idle lane answers at once and a busy one in large batches.
 *
 * <p>A batch that fails as a whole is applied again item by item, so that one bad item fails alone.
 */
public final class BatchLane<T, R> implements AutoCloseable {
    private static final Logger LOG = System.getLogger(BatchLane.class.getName());
    private static final int ANSWERS_PER_TASK = 16;
    private static final int RETRY_AFTER_S = 1;
    private static final long IDLE_POLL_MS = 500;
    private static final long CLOSE_WAIT_MS = 10_000;

    /** What one transaction does with a batch; may run more than once for the same items. */
    @FunctionalInterface
    public interface Work<T, R> {
        Applied<R> apply(Connection connection, List<T> items) throws SQLException;
    }

    /** One outcome per item, in order, and what to do once they are committed. */
    public record Applied<R>(List<Outcome<R>> outcomes, Runnable afterCommit) {
        public Applied(List<Outcome<R>> outcomes) {
            this(outcomes, () -> {});
        }
    }

    /** An answer or a refusal of one item. */
    public record Outcome<R>(@Nullable R value, @Nullable RuntimeException refusal) {
        public static <R> Outcome<R> of(R value) {
            return new Outcome<>(value, null);
        }

        public static <R> Outcome<R> refused(RuntimeException refusal) {
            return new Outcome<>(null, refusal);
        }
    }

    private record Item<T, R>(T value, CompletableFuture<R> answer) {}

    private final String name;
    private final Database database;
    private final Executor answers;
    private final Work<T, R> work;
    private final int maxBatch;
    private final BlockingQueue<Item<T, R>> waiting;
    private final Thread thread;
    private volatile boolean open = true;

    public BatchLane(
            String name,
            Database database,
            ThreadFactory threads,
            Executor answers,
            int capacity,
            int maxBatch,
            Work<T, R> work) {
        this.name = name;
        this.database = database;
        this.answers = answers;
        this.work = work;
        this.maxBatch = maxBatch;
        this.waiting = new ArrayBlockingQueue<>(capacity);
        this.thread = threads.newThread(this::run);
        thread.setName("pithead-" + name);
        thread.start();
    }

    /** Completes after the commit, or exceptionally with the refusal; UNAVAILABLE at once when the lane is full. */
    public CompletableFuture<R> submit(T value) {
        var item = new Item<T, R>(value, new CompletableFuture<>());
        // asked again after the offer: the lane's thread may have ended in between, and nobody would take the item
        if (!open || !waiting.offer(item) || !open && waiting.remove(item)) {
            item.answer.completeExceptionally(overloaded());
        }
        return item.answer;
    }

    public int depth() {
        return waiting.size();
    }

    /** Applies what still waits, then ends. */
    @Override
    public void close() {
        open = false;
        try {
            thread.join(CLOSE_WAIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        var batch = new ArrayList<Item<T, R>>(maxBatch);
        while (open || !waiting.isEmpty()) {
            try {
                Item<T, R> first = waiting.poll(IDLE_POLL_MS, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                batch.add(first);
                waiting.drainTo(batch, maxBatch - 1);
                applyWithFallback(List.copyOf(batch));
            } catch (InterruptedException e) {
                open = false;
            } finally {
                batch.clear();
            }
        }
        waiting.forEach(item -> item.answer.completeExceptionally(overloaded()));
    }

    private void applyWithFallback(List<Item<T, R>> batch) {
        try {
            apply(batch);
        } catch (RuntimeException whole) {
            if (batch.size() == 1 || whole instanceof DatabaseException failed && failed.isPassing()) {
                answer(batch, item -> item.answer.completeExceptionally(whole));
                return;
            }
            LOG.log(Level.WARNING, () -> "lane.batch_failed lane=" + name + " items=" + batch.size(), whole);
            for (Item<T, R> item : batch) {
                try {
                    apply(List.of(item));
                } catch (RuntimeException alone) {
                    answer(List.of(item), failed -> failed.answer.completeExceptionally(alone));
                }
            }
        }
    }

    private void apply(List<Item<T, R>> batch) {
        List<T> values = batch.stream().map(Item::value).toList();
        Applied<R> applied = database.inTransaction(connection -> work.apply(connection, values));
        try {
            applied.afterCommit.run();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, () -> "lane.after_commit_failed lane=" + name, e);
        }
        List<Outcome<R>> outcomes = applied.outcomes;
        for (int from = 0; from < batch.size(); from += ANSWERS_PER_TASK) {
            int start = from;
            int end = Math.min(from + ANSWERS_PER_TASK, batch.size());
            execute(() -> {
                for (int i = start; i < end; i++) {
                    complete(batch.get(i).answer, outcomes.get(i));
                }
            });
        }
    }

    private static <R> void complete(CompletableFuture<R> answer, Outcome<R> outcome) {
        if (outcome.refusal != null) {
            answer.completeExceptionally(outcome.refusal);
        } else {
            answer.complete(outcome.value);
        }
    }

    private void answer(List<Item<T, R>> batch, java.util.function.Consumer<Item<T, R>> how) {
        execute(() -> batch.forEach(how));
    }

    /** Answers never run on the lane's own thread unless nobody else takes them. */
    private void execute(Runnable task) {
        try {
            answers.execute(task);
        } catch (java.util.concurrent.RejectedExecutionException e) {
            task.run();
        }
    }

    private CoordinatorException overloaded() {
        return new CoordinatorException(ErrorCode.UNAVAILABLE, "The server is busy; try again shortly.")
                .withRetryAfter(RETRY_AFTER_S);
    }
}
