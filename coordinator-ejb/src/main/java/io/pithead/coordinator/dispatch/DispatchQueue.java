package io.pithead.coordinator.dispatch;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.hint.DispatchHints;
import io.pithead.coordinator.job.ReadyJobs;
import io.pithead.coordinator.node.Node;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** All that other threads hand to the claimer. A lost or late message costs a second, never a job. */
@ApplicationScoped
public class DispatchQueue implements ReadyJobs {
    private final ConcurrentLinkedQueue<Message> messages = new ConcurrentLinkedQueue<>();
    private final Semaphore signal = new Semaphore(0);

    /** What the claimer is told. */
    sealed interface Message {
        record Parked(Poll poll) implements Message {}

        record ReadyNow(List<Ready> ready, long atNanos) implements Message {}

        record Suspected(List<Long> classIds, long atNanos) implements Message {}

        /** Look at the database now rather than at the next tick. */
        record Look() implements Message {}

        record Evicted(Set<UUID> keys, CoordinatorException reason) implements Message {}

        record Barred(UUID node, CoordinatorException reason) implements Message {}

        record Changed(Node node) implements Message {}
    }

    @Inject
    DispatchHints hints;

    /** Wakes the polls parked here right away, and the ones at other instances by a hint. */
    @Override
    public void ready(List<Ready> ready) {
        if (ready.isEmpty()) {
            look();
            return;
        }
        put(new Message.ReadyNow(ready, System.nanoTime()));
        hints.publish(ready.stream().map(Ready::classId).collect(Collectors.toSet()));
    }

    /** Somebody made jobs ready without knowing which classes they are of. */
    void look() {
        put(new Message.Look());
    }

    void suspect(Collection<Long> classIds) {
        put(new Message.Suspected(List.copyOf(classIds), System.nanoTime()));
    }

    void evict(Set<UUID> keys, CoordinatorException reason) {
        put(new Message.Evicted(keys, reason));
    }

    void bar(UUID node, CoordinatorException reason) {
        put(new Message.Barred(node, reason));
    }

    /** What it can do, or may do, is another now. */
    void changed(Node node) {
        put(new Message.Changed(node));
    }

    void park(Poll poll) {
        put(new Message.Parked(poll));
    }

    /** Everything that was put since the last call; waits for the first one, but not longer than this. */
    List<Message> take(long nanos) throws InterruptedException {
        if (signal.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
            signal.drainPermits();
        }
        var taken = new ArrayList<Message>();
        for (Message message = messages.poll(); message != null; message = messages.poll()) {
            taken.add(message);
        }
        return taken;
    }

    private void put(Message message) {
        messages.add(message);
        signal.release();
    }
}
