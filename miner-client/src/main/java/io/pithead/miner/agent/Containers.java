package io.pithead.miner.agent;

import static java.util.Objects.requireNonNullElse;

import io.pithead.miner.agent.core.Adopted;
import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.agent.core.Event;
import io.pithead.miner.agent.core.StopReason;
import io.pithead.miner.agent.core.Timeline;
import io.pithead.miner.challenge.UnansweredException;
import io.pithead.miner.container.Engine;
import io.pithead.miner.container.EngineException;
import io.pithead.miner.container.Labels;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.task.ContainerMetrics;
import io.pithead.protocol.task.ContainerOrder;
import io.pithead.protocol.task.ContainerReport;
import io.pithead.protocol.task.ContainerSecrets;
import io.pithead.protocol.task.ContainerSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All container attempts of this agent, and what of them an earlier run left on the engine. */
final class Containers {
    private static final System.Logger LOG = System.getLogger(Containers.class.getName());
    private static final Duration SWEEP_EVERY = Duration.ofMinutes(5);
    private static final Duration SWEEP_AGAIN = Duration.ofSeconds(10);
    private static final Duration LAST_STEPS = Duration.ofSeconds(5);

    private final ContainerShop shop;
    private final Supplier<Optional<Timeline>> timeline;
    private final Consumer<Event> events;
    private final Map<Attempt, ContainerRun> runs = new ConcurrentHashMap<>();
    private final Map<Attempt, Thread> threads = new ConcurrentHashMap<>();
    private final List<Adopted> adopted = new ArrayList<>();
    private final List<Thread> own = new ArrayList<>();
    /** A probe removes what an earlier one left, which one that runs would look like. */
    private final ReentrantLock trying = new ReentrantLock();

    /** @param unsent attempts whose result is on disk: what is left of their containers is only removed */
    Containers(ContainerShop shop, Supplier<Optional<Timeline>> timeline, Consumer<Event> events, Set<Attempt> unsent)
            throws IOException {
        this.shop = shop;
        this.timeline = timeline;
        this.events = events;
        for (HeldContainer held : shop.held().load()) {
            Attempt attempt = held.attempt();
            if (unsent.contains(attempt)) {
                shop.held().remove(attempt);
                continue;
            }
            adopted.add(held.adopted());
            shop.gpus().has(attempt, requireNonNullElse(held.gpus(), List.of()));
            runs.put(attempt, new ContainerRun(shop, held, ContainerSecrets.NONE, timeline, events));
            LOG.log(
                    System.Logger.Level.INFO,
                    () -> "container.adopted attempt=" + attempt + " id=" + held.containerId());
        }
        shop.bridges().keepOnly(runs.keySet().stream().map(Attempt::job).collect(Collectors.toSet()));
    }

    List<Adopted> adopted() {
        return List.copyOf(adopted);
    }

    /** Takes up what was adopted, and keeps the engine free of what nobody holds. */
    void begin() {
        runs.keySet().forEach(this::begin);
        own.add(Thread.ofVirtual().name("container-sweep").start(this::sweep));
        own.add(Thread.ofVirtual().name("file-sender").start(shop.sender()));
        own.add(Thread.ofVirtual().name("gpu-watch").start(shop.gpuWatch()));
    }

    private void begin(Attempt attempt) {
        ContainerRun run = runs.get(attempt);
        if (run != null) {
            threads.put(attempt, Thread.ofVirtual().name("container-" + attempt).start(run));
        }
    }

    void start(JobOffer offer, ContainerSpec spec) throws IOException {
        Timeline line = timeline.get().orElseThrow();
        Instant deadline = offer.deadline() == null ? null : line.local(offer.deadline());
        HeldContainer held = HeldContainer.of(
                offer, spec, deadline, shop.shop().clock().instant(), line.local(offer.leaseExpiresAt()));
        ContainerSecrets secrets = requireNonNullElse(spec.secrets(), ContainerSecrets.NONE);
        runs.put(held.attempt(), new ContainerRun(shop, held, secrets, timeline, events));
        LOG.log(
                System.Logger.Level.INFO,
                () -> "container.taken attempt=" + held.attempt() + " task=" + spec.task() + " image=" + spec.image()
                        + " try=" + offer.attempt());
        begin(held.attempt());
    }

    ContainerProber.Finding probe() throws InterruptedException {
        trying.lockInterruptibly();
        try {
            ContainerProber.Finding finding = prober().probe();
            shop.gpus().shown(finding.gpus());
            return finding;
        } finally {
            trying.unlock();
        }
    }

    /** The container that a validator asks for. */
    String facts(Challenge challenge, Duration within) throws UnansweredException, InterruptedException {
        if (!trying.tryLock(within.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new UnansweredException("the engine is being tried and does not answer");
        }
        try {
            return prober().facts(challenge, within);
        } finally {
            trying.unlock();
        }
    }

    private ContainerProber prober() {
        return new ContainerProber(shop.engine(), shop.owner(), shop.gpus().policy(), shop.miner());
    }

    boolean holds(Attempt attempt) {
        return runs.containsKey(attempt);
    }

    void stop(Attempt attempt, StopReason reason) {
        of(attempt).ifPresent(run -> run.stop(reason));
    }

    void steer(Attempt attempt, ContainerOrder order, long generation) {
        of(attempt).ifPresent(run -> run.steer(order, generation));
    }

    void follow(Attempt attempt, boolean wanted) {
        of(attempt).ifPresent(run -> run.follow(wanted));
    }

    Optional<ContainerReport> report(Attempt attempt) {
        return of(attempt).map(ContainerRun::report);
    }

    Optional<ContainerMetrics> metrics(Attempt attempt) {
        return of(attempt).flatMap(ContainerRun::metrics);
    }

    /** What it says of its progress. */
    Optional<String> note(Attempt attempt) {
        return of(attempt).flatMap(ContainerRun::note);
    }

    private Optional<ContainerRun> of(Attempt attempt) {
        return Optional.ofNullable(runs.get(attempt));
    }

    /** A heartbeat that was sent then was answered: it renewed what it listed. */
    void renewed(Instant sent) {
        runs.values().forEach(run -> run.renewed(sent));
    }

    void ended(Attempt attempt) {
        runs.remove(attempt);
        threads.remove(attempt);
        shop.gpus().giveBack(attempt);
    }

    /** The miner ends, the containers go on. */
    void letGo() throws InterruptedException {
        runs.values().forEach(ContainerRun::letGo);
        own.forEach(Thread::interrupt);
        for (Thread thread : own) {
            thread.join(LAST_STEPS);
        }
        for (Thread thread : threads.values()) {
            thread.join(LAST_STEPS);
        }
    }

    private void sweep() {
        try {
            while (true) {
                Thread.sleep(sweepOnce() ? SWEEP_EVERY : SWEEP_AGAIN);
            }
        } catch (InterruptedException e) {
            // the agent ends
        }
    }

    /** @return whether the engine answered */
    private boolean sweepOnce() throws InterruptedException {
        try {
            removeUnheld();
            Instant now = shop.shop().clock().instant();
            shop.images().settle(now);
            shop.images().clean(shop.room().imagesMb(), now);
            shop.folders().clean(this::inUse, now.minus(shop.room().taskData()));
            return true;
        } catch (EngineException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "container.sweep-failed why=" + e.text());
            return !e.isAway();
        } catch (IOException | UncheckedIOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "container.sweep-failed why=" + e);
            return true;
        }
    }

    /** Removes what has our label and is not held. */
    private void removeUnheld() throws EngineException, InterruptedException {
        for (Engine.Listed one : shop.engine().list(Map.of(Labels.MINER, shop.miner()))) {
            Optional<Attempt> attempt =
                    Labels.attempt(one.labels()).map(name -> new Attempt(name.getKey(), name.getValue()));
            if (attempt.isEmpty() || !holds(attempt.get())) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        () -> "container.not-held-removed id=" + one.id() + " name=" + one.name());
                shop.engine().remove(one.id());
            }
        }
    }

    /** The tasks that have a container here, and their buyers. */
    private Set<UUID> inUse() {
        return runs.values().stream()
                .map(ContainerRun::spec)
                .flatMap(spec -> Stream.of(spec.task(), spec.buyer()))
                .collect(Collectors.toSet());
    }
}
