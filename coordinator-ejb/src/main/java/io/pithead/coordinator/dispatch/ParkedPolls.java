package io.pithead.coordinator.dispatch;

import io.pithead.coordinator.dispatch.core.ClaimPolicy.Supply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The polls that wait here, by shape, in the order they came. Confined to the claimer's thread. A poll that is over is
 * only marked so and skipped where it still stands: taking it out of the middle of a line would cost the line's length.
 */
final class ParkedPolls {
    private final Map<UUID, Poll> byNode = new HashMap<>();
    private final Map<Integer, ArrayDeque<Poll>> lines = new HashMap<>();
    private final Map<Integer, Integer> slots = new HashMap<>();
    private final PriorityQueue<Poll> byDeadline =
            new PriorityQueue<>((a, b) -> Long.signum(a.deadlineNanos - b.deadlineNanos));

    /** Parks a poll; gives the node's older one, which its miner has given up by asking again. */
    Optional<Poll> add(Poll poll) {
        Optional<Poll> older = Optional.ofNullable(byNode.get(poll.node.id()));
        older.ifPresent(this::end);
        byNode.put(poll.node.id(), poll);
        byDeadline.add(poll);
        enlist(poll);
        return older;
    }

    /** Puts a poll in its line, or back there once it was set aside. */
    void enlist(Poll poll) {
        if (poll.done || poll.inLine) {
            return;
        }
        ArrayDeque<Poll> line = lines.computeIfAbsent(poll.shape, shape -> new ArrayDeque<>());
        while (!line.isEmpty() && line.peek().done) {
            line.poll();
        }
        line.add(poll);
        poll.inLine = true;
        slots.merge(poll.shape, poll.slots, Integer::sum);
    }

    List<Supply> supplies() {
        var supplies = new ArrayList<Supply>(slots.size());
        slots.forEach((shape, free) -> supplies.add(new Supply(shape, free)));
        return supplies;
    }

    /** Takes polls of a shape out of their line until they have this many slots; the last may have more. */
    List<Poll> take(int shape, int wanted) {
        var taken = new ArrayList<Poll>();
        ArrayDeque<Poll> line = lines.getOrDefault(shape, new ArrayDeque<>());
        int left = wanted;
        while (left > 0 && !line.isEmpty()) {
            Poll poll = line.poll();
            if (!poll.done) {
                leaveLine(poll);
                taken.add(poll);
                left -= poll.slots;
            }
        }
        return taken;
    }

    /** The poll is over: answered, replaced or out of time. */
    void end(Poll poll) {
        poll.done = true;
        byNode.remove(poll.node.id(), poll);
        leaveLine(poll);
    }

    /** The polls whose time is over; they have been ended. */
    List<Poll> expired(long nowNanos) {
        var over = new ArrayList<Poll>();
        while (!byDeadline.isEmpty()) {
            Poll poll = byDeadline.peek();
            if (!poll.done && poll.deadlineNanos - nowNanos > 0) {
                break;
            }
            byDeadline.poll();
            if (!poll.done) {
                end(poll);
                over.add(poll);
            }
        }
        return over;
    }

    /** Nanoseconds until the next poll is out of time, at most {@code otherwise}. */
    long untilNextDeadline(long nowNanos, long otherwise) {
        Poll next = byDeadline.peek();
        return next == null ? otherwise : Math.max(0, Math.min(otherwise, next.deadlineNanos - nowNanos));
    }

    /** The poll that waits for this node. */
    Optional<Poll> of(UUID node) {
        return Optional.ofNullable(byNode.get(node));
    }

    List<Poll> all() {
        return List.copyOf(byNode.values());
    }

    Set<Integer> shapes() {
        return byNode.values().stream().map(poll -> poll.shape).collect(Collectors.toSet());
    }

    int size() {
        return byNode.size();
    }

    private void leaveLine(Poll poll) {
        if (poll.inLine) {
            poll.inLine = false;
            if (slots.merge(poll.shape, -poll.slots, Integer::sum) == 0) {
                // a shape that nobody waits with costs nothing; who still stands in its line is done
                slots.remove(poll.shape);
                lines.remove(poll.shape);
            }
        }
    }
}
