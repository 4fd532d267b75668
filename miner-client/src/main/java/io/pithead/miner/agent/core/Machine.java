package io.pithead.miner.agent.core;

import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.node.Directive;
import io.pithead.protocol.node.Heartbeat;
import io.pithead.protocol.node.MinerCapabilities;
import io.pithead.protocol.task.ContainerOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The agent's state and rules. Not thread-safe: one loop feeds it. */
public final class Machine {
    /** So many results may wait for the coordinator before no new work is taken. */
    static final int MAX_UNSENT = 1_000;
    /** How far the polls and beats of a fleet are spread, as a part of the interval. */
    private static final double JITTER = 0.1;

    private static final Duration POLL_JITTER = Duration.ofMillis(250);
    private static final Duration BACK_SPREAD = Duration.ofSeconds(2);
    private static final String STOP = "stop";
    private static final String TASK = "task";
    private static final String DRAIN = "drain";
    private static final String CANCELLED = "cancelled";

    private final int slots;
    private final Link link = new Link();
    private final Ending ending = new Ending();
    private final Map<Attempt, Held> held = new LinkedHashMap<>();
    private final Map<Attempt, Channel> unsent = new LinkedHashMap<>();
    private final Followed followed = new Followed();
    private Pace pace;
    private Optional<Timeline> timeline = Optional.empty();
    private boolean registerWanted;
    private boolean registered;
    private boolean drainedByCoordinator;
    private Channel register;
    private Channel beat;
    private Channel poll;
    private Instant polledAt;

    /**
     * @param spooled results that an earlier run left unsent
     * @param adopted containers that it left
     */
    public Machine(int slots, Pace pace, Collection<Attempt> spooled, Collection<Adopted> adopted, Instant now) {
        this.slots = slots;
        this.pace = pace;
        register = Channel.dueAt(now);
        beat = Channel.dueAt(now);
        poll = Channel.dueAt(now);
        polledAt = now;
        spooled.forEach(attempt -> unsent.put(attempt, Channel.dueAt(now)));
        adopted.forEach(one -> held.put(one.attempt(), Held.container(one.attempt(), one.term(now), now)));
    }

    /** @param roll a random number from 0 to below 1 */
    public List<Order> on(Event event, Instant now, double roll) {
        var orders = new ArrayList<Order>();
        switch (event) {
            case Event.Tick tick -> {}
            case Event.CapabilitiesKnown known -> capabilitiesKnown(now);
            case Event.Registered answer -> orders.addAll(registered(answer, now, roll));
            case Event.Beaten answer -> orders.addAll(beaten(answer, now, roll));
            case Event.Offered answer -> orders.addAll(offered(answer.offers(), now, roll));
            case Event.Renewed answer -> orders.addAll(renewed(answer, now));
            case Event.Percent percent ->
                held.computeIfPresent(percent.attempt(), (a, job) -> job.at(percent.percent()));
            case Event.Changed changed -> held.computeIfPresent(changed.attempt(), (a, job) -> job.changed());
            case Event.Stored stored -> stored(stored.attempt(), now);
            case Event.Gone gone -> forget(gone.attempt());
            case Event.Delivered delivered -> unsent.remove(delivered.attempt());
            case Event.DrainAnswered answer -> ending.drainAnswered(now);
            case Event.Troubled troubled -> orders.addAll(troubled(troubled, now, roll));
            case Event.DrainAsked asked -> ending.drain(now);
            case Event.StopAsked asked -> orders.addAll(stopNow(now));
        }
        decide(orders, now);
        return orders;
    }

    /** When the next tick is wanted if nothing happens before. */
    public Instant nextDue(Instant now) {
        var candidates = Stream.<Instant>builder();
        if (!ending.isStopping()) {
            calls().filter(channel -> !channel.busy()).map(Channel::due).forEach(candidates);
            held.values().stream()
                    .filter(job -> !job.stopping())
                    .flatMap(job -> Stream.of(
                            job.progress().busy() || timeline.isEmpty()
                                    ? job.term().trustedUntil()
                                    : job.reportDue(),
                            job.term().trustedUntil()))
                    .forEach(candidates);
        }
        ending.deadlines().filter(deadline -> deadline.isAfter(now)).forEach(candidates);
        return candidates.build().min(Instant::compareTo).orElse(now.plus(pace.heartbeat()));
    }

    public View view() {
        return new View(
                registered,
                ending.phase(),
                drainedByCoordinator,
                link.lostSince(),
                held.values().stream()
                        .map(job -> new View.Job(job.attempt(), job.percent(), job.stopping()))
                        .toList(),
                List.copyOf(unsent.keySet()),
                timeline);
    }

    private Stream<Channel> calls() {
        var due = Stream.<Channel>builder();
        if (mayRegister()) {
            due.add(register);
        }
        if (registered) {
            due.add(beat);
        }
        if (mayPoll()) {
            due.add(poll);
        }
        if (ending.wantsDrainCall(registered)) {
            due.add(ending.drainCall());
        }
        return Stream.concat(due.build(), unsent.values().stream());
    }

    /** Registering ends a drain, the coordinator's own as well. */
    private boolean mayRegister() {
        return registerWanted && ending.isWorking() && !drainedByCoordinator;
    }

    private boolean mayPoll() {
        return registered && ending.isWorking() && !drainedByCoordinator && free() > 0 && unsent.size() < MAX_UNSENT;
    }

    private int free() {
        return slots - held.size();
    }

    private void decide(List<Order> orders, Instant now) {
        // containers go on without the miner, for the next one to take over
        boolean nothingRuns = held.values().stream().allMatch(Held::container);
        if (ending.isOver(nothingRuns, unsent.isEmpty(), poll.busy(), registered, now)) {
            orders.add(new Order.End());
            return;
        }
        if (ending.isStopping()) {
            return;
        }
        held.values().stream()
                .filter(job -> !job.stopping() && !job.term().isTrusted(now))
                .toList()
                .forEach(job -> orders.add(kill(job, StopReason.LEASE_LAPSED)));
        callIfDue(orders, now);
        reportIfDue(orders, now);
        deliverIfDue(orders, now);
    }

    private void callIfDue(List<Order> orders, Instant now) {
        if (mayRegister() && register.isDue(now)) {
            registerWanted = false;
            register = register.started();
            orders.add(new Order.Register());
        }
        if (registered && beat.isDue(now)) {
            beat = beat.started();
            orders.add(new Order.Beat(running()));
        }
        if (mayPoll() && poll.isDue(now)) {
            poll = poll.started();
            polledAt = now;
            orders.add(new Order.Poll(free(), pace.maxWait()));
        }
        if (ending.startDrainCall(registered, now)) {
            orders.add(new Order.Drain());
        }
    }

    private void reportIfDue(List<Order> orders, Instant now) {
        if (timeline.isEmpty()) {
            // an answer's times would mean nothing yet
            return;
        }
        for (Held job : List.copyOf(held.values())) {
            if (job.isReportDue(now)) {
                held.put(job.attempt(), job.reporting(now));
                orders.add(new Order.Report(job.attempt(), job.percent()));
            }
        }
    }

    private void deliverIfDue(List<Order> orders, Instant now) {
        unsent.replaceAll((attempt, delivery) -> {
            if (!delivery.isDue(now)) {
                return delivery;
            }
            orders.add(new Order.Deliver(attempt));
            return delivery.started();
        });
    }

    private List<Heartbeat.Running> running() {
        return Stream.concat(
                        held.values().stream()
                                .filter(job -> !job.stopping())
                                .map(job -> new Heartbeat.Running(
                                        job.attempt().job(), job.attempt().lease(), "running", job.percent())),
                        unsent.keySet().stream()
                                .map(attempt -> new Heartbeat.Running(attempt.job(), attempt.lease(), "finished", 100)))
                .limit(MinerCapabilities.MAX_CONCURRENCY)
                .toList();
    }

    private void capabilitiesKnown(Instant now) {
        registerWanted = true;
        if (!register.busy() && register.failures() == 0) {
            register = Channel.dueAt(now);
        }
    }

    private List<Order> registered(Event.Registered answer, Instant now, double roll) {
        boolean first = timeline.isEmpty();
        registered = true;
        timeline = Optional.of(new Timeline(answer.sent(), answer.serverTime()));
        pace = answer.pace();
        register = register.done(now);
        if (first) {
            Duration wait = held.isEmpty() ? jittered(pace.heartbeat(), roll) : part(BACK_SPREAD, roll);
            beat = beat.done(now.plus(wait));
        }
        return answered(Call.REGISTER, now, roll);
    }

    private List<Order> beaten(Event.Beaten answer, Instant now, double roll) {
        timeline = Optional.of(new Timeline(answer.sent(), answer.serverTime()));
        pace = pace.at(answer.heartbeat(), answer.poll());
        beat = beat.done(answer.sent().plus(jittered(pace.heartbeat(), roll)));
        drainedByCoordinator = answer.directives().stream().anyMatch(order -> DRAIN.equals(order.type()));
        held.replaceAll((attempt, job) -> job.stopping() || attemptStartedAfter(job, answer.sent())
                ? job
                : job.with(job.term().beaten(answer.sent())));
        var orders = new ArrayList<>(answered(Call.BEAT, now, roll));
        answer.directives().forEach(directive -> stopOf(directive).ifPresent(orders::add));
        answer.directives().forEach(directive -> steerOf(directive).ifPresent(orders::add));
        orders.addAll(followed.asked(
                answer.directives(), directive -> named(directive).map(Held::attempt)));
        return orders;
    }

    private Optional<Order> steerOf(Directive directive) {
        ContainerOrder order = directive.order();
        Long generation = directive.generation();
        if (!TASK.equals(directive.type()) || order == null || generation == null) {
            return Optional.empty();
        }
        return named(directive).filter(Held::container).map(job -> new Order.Steer(job.attempt(), order, generation));
    }

    /** The attempt that a directive is about, if we work on it. */
    private Optional<Held> named(Directive directive) {
        if (directive.job() == null || directive.lease() == null) {
            return Optional.empty();
        }
        return Optional.ofNullable(held.get(new Attempt(directive.job(), directive.lease())))
                .filter(job -> !job.stopping());
    }

    /** A heartbeat that left before the attempt began did not list it, so it renewed nothing. */
    private static boolean attemptStartedAfter(Held job, Instant sent) {
        return job.term().renewedAt().isAfter(sent);
    }

    private Optional<Order> stopOf(Directive directive) {
        StopReason reason = CANCELLED.equals(directive.reason()) ? StopReason.CANCELLED : StopReason.LEASE_LOST;
        return STOP.equals(directive.type()) ? named(directive).map(job -> kill(job, reason)) : Optional.empty();
    }

    private Order kill(Held job, StopReason reason) {
        held.put(job.attempt(), job.stopped());
        return new Order.Kill(job.attempt(), reason);
    }

    private List<Order> offered(List<JobOffer> offers, Instant now, double roll) {
        var orders = new ArrayList<>(answered(Call.POLL, now, roll));
        for (JobOffer offer : offers) {
            orders.addAll(take(offer, now));
        }
        boolean useful = orders.stream().anyMatch(Order.Start.class::isInstance);
        poll = poll.done(useful ? now : nextPoll(now, roll));
        return orders;
    }

    /** A parked poll has used up its interval; answers that brought nothing to do must not make a tight loop. */
    private Instant nextPoll(Instant now, double roll) {
        Instant cadence = polledAt.plus(pace.poll());
        return (cadence.isAfter(now) ? cadence : now).plus(part(POLL_JITTER, roll));
    }

    private List<Order> take(JobOffer offer, Instant now) {
        var attempt = new Attempt(offer.id(), offer.lease());
        if (held.containsKey(attempt) || unsent.containsKey(attempt) || ending.isStopping() || timeline.isEmpty()) {
            return List.of();
        }
        var orders = new ArrayList<Order>();
        held.values().stream()
                .filter(job -> job.attempt().job().equals(offer.id()) && !job.stopping())
                .toList()
                .forEach(job -> orders.add(kill(job, StopReason.SUPERSEDED)));
        if (free() <= 0) {
            orders.add(new Order.Decline(offer));
            return orders;
        }
        LeaseTerm term = LeaseTerm.granted(now, timeline.get().local(offer.leaseExpiresAt()));
        if (term.isTrusted(now)) {
            held.put(
                    attempt,
                    offer.container() == null
                            ? Held.started(attempt, term, now)
                            : Held.container(attempt, term, now).changed());
            orders.add(new Order.Start(offer));
        }
        return orders;
    }

    private List<Order> renewed(Event.Renewed answer, Instant now) {
        Held job = held.get(answer.attempt());
        if (job == null || timeline.isEmpty()) {
            return List.of();
        }
        Instant expires = timeline.get().local(answer.expiresAt());
        Held renewed = job.with(job.term().renewed(answer.sent(), expires))
                .with(job.progress().done(now));
        held.put(answer.attempt(), renewed);
        return answer.cancel() && !job.stopping() ? List.of(kill(renewed, StopReason.CANCELLED)) : List.of();
    }

    private void stored(Attempt attempt, Instant now) {
        forget(attempt);
        unsent.put(attempt, Channel.dueAt(now));
    }

    private void forget(Attempt attempt) {
        held.remove(attempt);
        followed.forget(attempt);
    }

    private List<Order> troubled(Event.Troubled event, Instant now, double roll) {
        Trouble trouble = event.trouble();
        var orders = new ArrayList<>(link.troubled(event.call(), trouble, now));
        switch (event.call()) {
            case REGISTER -> {
                registerWanted = true;
                register = register.failed(now, trouble, roll);
            }
            case BEAT -> beat = beat.failed(now, trouble, roll);
            case POLL -> poll = poll.failed(now, trouble, roll);
            case DRAIN -> ending.drainFailed(now, trouble, roll);
            case DELIVER ->
                event.attempt()
                        .ifPresent(attempt -> unsent.computeIfPresent(
                                attempt, (same, delivery) -> delivery.failed(now, trouble, roll)));
            case PROGRESS ->
                event.attempt()
                        .map(held::get)
                        .ifPresent(job -> orders.addAll(progressTroubled(job, trouble, now, roll)));
        }
        if ((trouble.isUnknownNode() || trouble.isTakenNode())
                && (event.call() == Call.BEAT || event.call() == Call.POLL)) {
            registered = false;
            registerWanted = true;
        }
        if (trouble.isBanned() && event.call() == Call.BEAT) {
            held.values().stream()
                    .filter(job -> !job.stopping())
                    .toList()
                    .forEach(job -> orders.add(kill(job, StopReason.LEASE_LOST)));
        }
        return orders;
    }

    private List<Order> progressTroubled(Held job, Trouble trouble, Instant now, double roll) {
        Held pushedBack = job.with(job.progress().failed(now, trouble, roll));
        held.put(job.attempt(), pushedBack);
        boolean lost = job.container() ? trouble.isLeaseClearlyLost() : trouble.isLeaseLost();
        return lost && !job.stopping() ? List.of(kill(pushedBack, StopReason.LEASE_LOST)) : List.of();
    }

    private List<Order> stopNow(Instant now) {
        ending.stop(now);
        return held.values().stream().filter(job -> !job.stopping() && !job.container()).toList().stream()
                .map(job -> kill(job, StopReason.MINER_STOPPED))
                .toList();
    }

    private List<Order> answered(Call call, Instant now, double roll) {
        boolean wasLost = link.lostSince().isPresent();
        List<Order> orders = link.answered(call, now);
        if (wasLost) {
            Instant soon = now.plus(part(BACK_SPREAD, roll));
            beat = beat.noLaterThan(soon);
            poll = poll.noLaterThan(soon);
            unsent.replaceAll((attempt, delivery) -> delivery.noLaterThan(soon));
        }
        return orders;
    }

    private static Duration jittered(Duration interval, double roll) {
        return interval.minus(part(interval, JITTER * roll));
    }

    private static Duration part(Duration whole, double part) {
        return Duration.ofMillis((long) (whole.toMillis() * part));
    }
}
