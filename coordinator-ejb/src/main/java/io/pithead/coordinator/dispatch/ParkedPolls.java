package io.pithead.coordinator.dispatch;

import io.pithead.coordinator.dispatch.core.ClaimPolicy.Supply;
import io.pithead.coordinator.reputation.Repute;
import io.pithead.coordinator.reputation.core.Turns;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The polls that wait here, by shape, in the order of their turns. Confined to the claimer's thread.
 */
final class ParkedPolls {
    private final Map<UUID, Poll> byNode = new HashMap<>();
    private final Map<Integer, Lines> lines = new HashMap<>();
    private final Map<Integer, Integer> slots = new HashMap<>();
    private final PriorityQueue<Poll> byDeadline =
            new PriorityQueue<>((a, b) -> Long.signum(a.deadlineNanos - b.deadlineNanos));
    private final Function<UUID, Repute> reputes;
    private final RandomGenerator random;
    private long arrivals;

    ParkedPolls(Function<UUID, Repute> reputes, RandomGenerator random) {
        this.reputes = reputes;
        this.random = random;
    }

    /** Those of one shape, or of these the newcomers or the others. */
    private static final class Line {
        private final TreeSet<Poll> polls = new TreeSet<>(
                Comparator.<Poll>comparingDouble(poll -> poll.place).thenComparingLong(poll -> poll.arrival));
        private double clock;

        void add(Poll poll, double score, double drawn) {
            poll.place = Turns.place(clock, score, drawn);
            polls.add(poll);
        }

        Poll next() {
            Poll poll = polls.removeFirst();
            clock = poll.place;
            return poll;
        }
    }

    private static final class Lines {
        private final Line known = new Line();
        private final Line newcomers = new Line();
        private long contested;

        Line of(Poll poll) {
            return poll.newcomer ? newcomers : known;
        }

        boolean isEmpty() {
            return known.polls.isEmpty() && newcomers.polls.isEmpty();
        }

        Poll next() {
            if (known.polls.isEmpty() || newcomers.polls.isEmpty()) {
                return known.polls.isEmpty() ? newcomers.next() : known.next();
            }
            return Turns.isNewcomers(contested++) ? newcomers.next() : known.next();
        }
    }

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
        Repute repute = reputes.apply(poll.node.id());
        poll.newcomer = repute.newcomer();
        poll.arrival = ++arrivals;
        lines.computeIfAbsent(poll.shape, shape -> new Lines()).of(poll).add(poll, repute.score(), random.nextDouble());
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
        Lines line = lines.get(shape);
        int left = wanted;
        while (left > 0 && line != null && !line.isEmpty()) {
            Poll poll = line.next();
            leaveLine(poll);
            taken.add(poll);
            left -= poll.slots;
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
            Objects.requireNonNull(lines.get(poll.shape)).of(poll).polls.remove(poll);
            if (slots.merge(poll.shape, -poll.slots, Integer::sum) == 0) {
                // a shape that nobody waits with costs nothing
                slots.remove(poll.shape);
                lines.remove(poll.shape);
            }
        }
    }
}
