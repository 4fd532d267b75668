package io.pithead.coordinator.dispatch;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.dispatch.ClaimStore.Claimed;
import io.pithead.coordinator.dispatch.ClaimStore.Slot;
import io.pithead.coordinator.dispatch.DispatchQueue.Message;
import io.pithead.coordinator.dispatch.core.ClaimPolicy;
import io.pithead.coordinator.dispatch.core.ClaimPolicy.Demand;
import io.pithead.coordinator.dispatch.core.ClaimPolicy.Grant;
import io.pithead.coordinator.dispatch.core.FairShare;
import io.pithead.coordinator.job.JobClasses;
import io.pithead.coordinator.job.JobClasses.JobClass;
import io.pithead.coordinator.job.ReadyJobs.Ready;
import io.pithead.coordinator.job.Transitions;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.lease.LeaseConfig;
import io.pithead.coordinator.node.Node;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Drain;
import io.pithead.coordinator.platform.Loop;
import io.pithead.coordinator.reputation.Repute;
import io.pithead.protocol.job.JobOffer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** The one thread of this instance that takes jobs for the miners parked here. */
final class Claimer {
    private static final Logger LOG = System.getLogger(Claimer.class.getName());
    /** However long nobody looks, the loop shows that it lives. */
    private static final long MAX_IDLE_NANOS = Duration.ofSeconds(5).toNanos();

    private static final int MAX_JOBS_PER_CLAIM = 500;
    private static final int MAX_CLAIMS_PER_ROUND = 32;
    private static final long CLOSE_WAIT_MS = 10_000;

    private final Database database;
    private final JobClasses classes;
    private final Transitions transitions;
    private final LeaseConfig config;
    private final long lookNanos;
    private final DispatchQueue queue;
    private final Offers offers;
    private final Executor answers;
    private final Wakes wakes;

    private final Shapes shapes = new Shapes();
    private final ParkedPolls polls;
    private final ReadyClasses ready = new ReadyClasses();
    private final Targeted targeted = new Targeted();
    private final FairShare shares = new FairShare();
    /** Polls whose nodes have all their slots taken: they are looked at again with the next look. */
    private final Set<Poll> aside = new LinkedHashSet<>();

    private long cursor;
    private long nextLook = System.nanoTime();
    private volatile int parked;
    private volatile boolean open = true;
    /** Nothing is claimed any more, nobody is kept waiting. */
    private volatile boolean draining;

    private volatile Thread thread;

    Claimer(
            Database database,
            JobClasses classes,
            Transitions transitions,
            LeaseConfig config,
            Duration look,
            DispatchQueue queue,
            Offers offers,
            Executor answers,
            Wakes wakes,
            Function<UUID, Repute> reputes) {
        this.database = database;
        this.classes = classes;
        this.transitions = transitions;
        this.config = config;
        this.lookNanos = look.toNanos();
        this.queue = queue;
        this.offers = offers;
        this.answers = answers;
        this.wakes = wakes;
        this.polls = new ParkedPolls(reputes, RandomGenerator.getDefault());
        this.thread = Thread.currentThread();
    }

    void start(ThreadFactory threads, Loop loop) {
        thread = threads.newThread(() -> run(loop));
        thread.setName("pithead-claimer");
        thread.start();
    }

    /** Sends the waiting miners away with nothing; what has been claimed for them is given first. */
    void drain() {
        draining = true;
        queue.look();
    }

    /** Sends the waiting miners away, so that they poll elsewhere. */
    void close() {
        open = false;
        queue.look();
        try {
            thread.join(CLOSE_WAIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int parked() {
        return parked;
    }

    CompletableFuture<List<JobOffer>> park(Node node, UUID key, int slots, Duration wait) {
        var answer = new CompletableFuture<List<JobOffer>>();
        if (!open) {
            answer.completeExceptionally(Drain.refusal());
            return answer;
        }
        if (node.draining() || draining) {
            answer.complete(List.of());
            return answer;
        }
        queue.park(new Poll(node, key, Math.max(1, slots), System.nanoTime() + wait.toNanos(), answer));
        if (!open) {
            // the thread may have ended before it saw this one
            answer.completeExceptionally(Drain.refusal());
        }
        return answer;
    }

    private void run(Loop loop) {
        while (open) {
            try {
                long now = System.nanoTime();
                long wait = polls.untilNextDeadline(now, Math.clamp(nextLook - now, 0, MAX_IDLE_NANOS));
                round(queue.take(wait));
                loop.tick();
            } catch (InterruptedException e) {
                open = false;
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, () -> "claimer.round_failed parked=" + polls.size(), e);
            }
        }
        polls.all().forEach(poll -> fail(poll, Drain.refusal()));
    }

    private void round(List<Message> messages) throws InterruptedException {
        boolean look = false;
        wakes.begin();
        for (Message message : messages) {
            switch (message) {
                case Message.Parked arrived -> {
                    shapes.assign(arrived.poll(), polls);
                    polls.add(arrived.poll()).ifPresent(older -> give(older, List.of()));
                    targeted.stir(arrived.poll().node.id());
                }
                case Message.ReadyNow now ->
                    now.ready().forEach(head -> {
                        ready.add(head);
                        wakes.heard(head.classId(), now.atNanos());
                    });
                case Message.Suspected suspected -> {
                    ready.suspect(suspected.classIds());
                    suspected.classIds().forEach(id -> wakes.heard(id, suspected.atNanos()));
                }
                case Message.Look asked -> look = true;
                case Message.Evicted evicted -> evict(evicted);
                case Message.Changed changed -> reshape(changed.node());
                case Message.Barred barred -> polls.of(barred.node()).ifPresent(poll -> fail(poll, barred.reason()));
            }
        }
        long now = System.nanoTime();
        if (now - nextLook >= 0) {
            nextLook = now + lookNanos;
            look = true;
            aside.forEach(poll -> {
                polls.enlist(poll);
                targeted.stir(poll.node.id());
            });
            aside.clear();
        }
        if (draining) {
            polls.all().forEach(poll -> give(poll, List.of()));
            parked = 0;
            return;
        }
        try {
            if (look) {
                look();
            }
            giveHeldAgain(messages);
            sortOut();
            claimTargeted();
            claimAll();
        } finally {
            // a poll that came with no time to wait has had its look by now
            polls.expired(System.nanoTime()).forEach(poll -> give(poll, List.of()));
            parked = polls.size();
        }
    }

    /** A poll that waits already is offered what its node may have now, and nothing else. */
    private void reshape(Node node) {
        polls.of(node.id())
                .filter(poll -> !poll.node.shape().equals(node.shape()))
                .map(poll -> poll.by(node))
                .ifPresent(poll -> {
                    shapes.assign(poll, polls);
                    // the one before is answered by this one
                    polls.add(poll);
                    targeted.stir(node.id());
                });
    }

    private void evict(Message.Evicted evicted) {
        for (Poll poll : polls.all()) {
            if (evicted.keys().contains(poll.key)) {
                fail(poll, evicted.reason());
            }
        }
    }

    /** Finds what lost hints hid; a bounded part of the classes at a time. */
    private void look() {
        if (polls.size() == 0) {
            return;
        }
        List<Ready> heads = database.withConnection(connection -> ClaimStore.heads(connection, cursor));
        boolean more = heads.size() == ClaimStore.MAX_HEADS;
        long upto = more ? heads.getLast().classId() : Long.MAX_VALUE;
        ready.replace(heads, cursor, upto);
        targeted.forget(cursor, upto);
        cursor = more ? upto : 0;
    }

    /** A miner that does not renew and asks again while it holds a job gets that job and lease again. */
    private void giveHeldAgain(List<Message> messages) {
        List<Poll> asking = messages.stream()
                .filter(Message.Parked.class::isInstance)
                .flatMap(message ->
                        polls.of(((Message.Parked) message).poll().node.id()).stream())
                .filter(poll -> !poll.node.renews())
                .distinct()
                .toList();
        if (asking.isEmpty()) {
            return;
        }
        Map<UUID, List<Claimed>> held =
                database.withConnection(connection -> ClaimStore.held(connection, nodes(asking)));
        for (Poll poll : asking) {
            List<Claimed> own = held.getOrDefault(poll.node.id(), List.of());
            if (!own.isEmpty()) {
                give(poll, offers.of(own.subList(0, Math.min(own.size(), poll.slots))));
            }
        }
    }

    /** Classes that name their node are looked for by node, not by what fits. */
    private void sortOut() {
        Set<Long> fresh = ready.fresh();
        if (fresh.isEmpty()) {
            return;
        }
        classes.byId(fresh).forEach((id, known) -> {
            UUID node = known.need().node();
            if (node != null) {
                ready.remove(id).ifPresent(head -> targeted.add(node, head));
            }
        });
    }

    /** Gives what waits for the nodes that have just come, or that something has just come for. */
    private void claimTargeted() {
        List<Poll> asked = targeted.stirred().stream()
                .flatMap(node -> polls.of(node).stream())
                .limit(MAX_JOBS_PER_CLAIM)
                .toList();
        if (asked.isEmpty()) {
            return;
        }
        var free = free(asked);
        var slots = new ArrayList<Slot>();
        var owners = new HashMap<Slot, Poll>();
        for (Poll poll : asked) {
            int places = free.getOrDefault(poll, 0);
            if (places <= 0) {
                aside.add(poll);
            }
            for (Ready head : targeted.of(poll.node.id())) {
                for (int rank = 1; rank <= head.count() && places > 0; rank++, places--) {
                    var slot = new Slot(head.classId(), rank, poll.node.id(), poll.node.minerId(), poll.node.renews());
                    slots.add(slot);
                    owners.put(slot, poll);
                }
            }
        }
        take(slots, owners, classes.byId(slots.stream().map(Slot::classId).toList()));
    }

    private Map<Poll, Integer> free(List<Poll> asked) {
        Map<UUID, Integer> holdings =
                database.withConnection(connection -> ClaimStore.holdings(connection, nodes(asked)));
        var free = new HashMap<Poll, Integer>();
        for (Poll poll : asked) {
            int holds = holdings.getOrDefault(poll.node.id(), 0);
            free.put(poll, Math.min(poll.slots, poll.node.concurrency() - holds));
        }
        return free;
    }

    private void claimAll() {
        for (int i = 0; i < MAX_CLAIMS_PER_ROUND && !ready.heads().isEmpty(); i++) {
            if (!claimOnce()) {
                return;
            }
        }
    }

    /** One claim; false when there is nothing to give or nobody to give it to. */
    private boolean claimOnce() {
        var supplies = polls.supplies();
        if (supplies.isEmpty()) {
            return false;
        }
        Map<Long, JobClass> known =
                classes.byId(ready.heads().stream().map(Ready::classId).toList());
        ready.retain(known.keySet());
        List<Demand> demands = ready.heads().stream()
                .map(head -> demand(head, Objects.requireNonNull(known.get(head.classId()))))
                .toList();
        List<Grant> grants = ClaimPolicy.plan(
                demands,
                supplies,
                (classId, shape) -> shapes.rank(
                        classId, Objects.requireNonNull(known.get(classId)).need(), shape),
                shares,
                MAX_JOBS_PER_CLAIM);
        if (grants.isEmpty()) {
            return false;
        }
        claim(grants, known);
        return true;
    }

    private static Demand demand(Ready head, JobClass known) {
        return new Demand(head.classId(), known.account(), known.weight(), head.priority(), head.first(), head.count());
    }

    private void claim(List<Grant> grants, Map<Long, JobClass> known) {
        List<Poll> taken = new ArrayList<>();
        var slots = new ArrayList<Slot>();
        var owners = new HashMap<Slot, Poll>();
        var ranks = new HashMap<Long, Integer>();
        try {
            Map<Grant, List<Poll>> lines = new HashMap<>();
            for (Grant grant : grants) {
                List<Poll> line = polls.take(grant.shape(), grant.count());
                lines.put(grant, line);
                taken.addAll(line);
            }
            Map<Poll, Integer> free = free(taken);
            for (Grant grant : grants) {
                int left = grant.count();
                for (Poll poll : lines.getOrDefault(grant, List.of())) {
                    int places = Math.max(0, Math.min(left, free.getOrDefault(poll, 0)));
                    left -= places;
                    for (int i = 0; i < places; i++) {
                        int rank = ranks.merge(grant.classId(), 1, Integer::sum);
                        var slot = new Slot(
                                grant.classId(), rank, poll.node.id(), poll.node.minerId(), poll.node.renews());
                        slots.add(slot);
                        owners.put(slot, poll);
                    }
                }
            }
            take(slots, owners, known);
            free.forEach((poll, places) -> {
                if (!poll.done && places <= 0) {
                    aside.add(poll);
                }
            });
        } finally {
            taken.stream().filter(poll -> !aside.contains(poll)).forEach(polls::enlist);
        }
    }

    private void take(List<Slot> slots, Map<Slot, Poll> owners, Map<Long, JobClass> known) {
        if (slots.isEmpty()) {
            return;
        }
        List<Claimed> claimed = database.inTransaction(connection -> {
            List<Claimed> leased =
                    ClaimStore.claim(connection, slots, config.ttl(), config.seedGrace(), config.disconnectGrace());
            transitions.append(connection, history(leased));
            return leased;
        });
        transitions.committed(history(claimed));
        var wanted = new HashMap<Long, Integer>();
        slots.forEach(slot -> wanted.merge(slot.classId(), 1, Integer::sum));
        var found = new HashMap<Long, Integer>();
        claimed.forEach(job -> found.merge(job.classId(), 1, Integer::sum));
        wakes.leased(found.keySet(), System.nanoTime());
        wanted.forEach((classId, count) -> {
            int jobs = found.getOrDefault(classId, 0);
            ready.claimed(classId, count, jobs);
            targeted.claimed(classId, count, jobs);
            JobClass one = known.get(classId);
            if (one != null && jobs > 0) {
                shares.charge(one.account(), one.weight(), jobs);
            }
        });
        var byPoll = new HashMap<Poll, List<Claimed>>();
        var byPlace = new HashMap<List<Long>, Poll>();
        owners.forEach((slot, poll) -> byPlace.put(List.of(slot.classId(), (long) slot.rank()), poll));
        for (Claimed job : claimed) {
            Poll poll = byPlace.get(List.of(job.classId(), (long) job.rank()));
            if (poll != null) {
                byPoll.computeIfAbsent(poll, one -> new ArrayList<>()).add(job);
            }
        }
        Map<UUID, JobOffer> given = new HashMap<>();
        offers.of(claimed).forEach(offer -> given.put(offer.id(), offer));
        byPoll.forEach((poll, jobs) -> give(
                poll,
                jobs.stream()
                        .map(job -> Objects.requireNonNull(given.get(job.id())))
                        .toList()));
    }

    private static List<Transition> history(List<Claimed> claimed) {
        return claimed.stream()
                .map(Claimed::transition)
                .filter(Objects::nonNull)
                .toList();
    }

    private static List<UUID> nodes(Collection<Poll> polls) {
        return polls.stream().map(poll -> poll.node.id()).toList();
    }

    private void give(Poll poll, List<JobOffer> offers) {
        polls.end(poll);
        execute(() -> poll.answer.complete(offers));
    }

    private void fail(Poll poll, CoordinatorException reason) {
        polls.end(poll);
        execute(() -> poll.answer.completeExceptionally(reason));
    }

    private void execute(Runnable task) {
        try {
            answers.execute(task);
        } catch (java.util.concurrent.RejectedExecutionException e) {
            task.run();
        }
    }
}
