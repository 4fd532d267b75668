package io.pithead.miner.agent;

import static java.util.Objects.requireNonNullElse;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.agent.core.Event;
import io.pithead.miner.agent.core.StopReason;
import io.pithead.miner.agent.core.Timeline;
import io.pithead.miner.container.EngineException;
import io.pithead.miner.container.core.Exits;
import io.pithead.miner.container.core.Hardening.Refusal;
import io.pithead.miner.container.core.Problem;
import io.pithead.miner.container.core.PullProgress;
import io.pithead.miner.container.core.Seen;
import io.pithead.miner.container.core.Situation;
import io.pithead.miner.container.core.Step;
import io.pithead.miner.log.LogRing;
import io.pithead.protocol.task.ContainerMetrics;
import io.pithead.protocol.task.ContainerOrder;
import io.pithead.protocol.task.ContainerReport;
import io.pithead.protocol.task.ContainerSecrets;
import io.pithead.protocol.task.ContainerSpec;
import io.pithead.protocol.task.ContainerState;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One container attempt from its offer, or from where an earlier miner left it, to a result on disk. A thread of its own looks
 * at the container, lets {@link Situation} decide and does what it says; an engine that is away is waited for.
 */
final class ContainerRun implements Runnable {
    private static final System.Logger LOG = System.getLogger(ContainerRun.class.getName());
    static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final Duration LOOK_SOON = Duration.ofMillis(50);
    private static final Duration PULL_NEWS_EVERY = Duration.ofSeconds(1);
    private static final Duration ENGINE_RETRY = Duration.ofSeconds(2);
    private static final Duration SAVE_RENEWAL_EVERY = Duration.ofSeconds(30);

    private final ContainerShop shop;
    private final Attempt attempt;
    private final ContainerSecrets secrets;
    private final Supplier<Optional<Timeline>> timeline;
    private final Consumer<Event> events;
    private final Control control = new Control();
    private final LogRing ring;
    private final LogFollower follower;
    private final LogFollowing following;
    private final ContainerUse use;
    private final ContainerReports reports;
    private final ContainerLimits limits;
    private final ContainerEnd end;
    private final EngineAbsence absence;
    private final SnapshotKeeper snapshots;
    private final ContainerBridge bridge;
    /** Only this thread changes it. */
    private volatile HeldContainer held;

    private boolean restartWanted;
    private boolean endedByEngine;
    private boolean ranWhenLastSeen;
    private boolean ran;
    private boolean woken;
    private @Nullable Instant exitSeen;
    private volatile Instant renewedUntil;

    ContainerRun(
            ContainerShop shop,
            HeldContainer held,
            ContainerSecrets secrets,
            Supplier<Optional<Timeline>> timeline,
            Consumer<Event> events)
            throws IOException {
        this.shop = shop;
        this.attempt = held.attempt();
        this.held = held;
        this.secrets = secrets;
        this.timeline = timeline;
        this.events = events;
        this.ring = shop.shop().logs().open(attempt);
        this.follower = new LogFollower(shop.engine(), ring, control::wake);
        this.following = new LogFollowing(shop.shop().api(), attempt, ring);
        this.use = new ContainerUse(shop.engine(), shop.gpuWatch());
        this.reports = new ContainerReports(() -> events.accept(new Event.Changed(attempt)));
        this.renewedUntil = held.expires();
        this.ran = held.startedAt() != null;
        this.ranWhenLastSeen = ran;
        this.limits = new ContainerLimits(shop, held);
        this.end = new ContainerEnd(shop);
        this.absence = new EngineAbsence(attempt);
        this.snapshots = new SnapshotKeeper(shop, now());
        this.bridge = new ContainerBridge(shop, held, control::wake, events);
    }

    ContainerSpec spec() {
        return held.spec();
    }

    Optional<ContainerMetrics> metrics() {
        return bridge.beside(use.latest(requireNonNullElse(held.gpus(), List.of())));
    }

    Optional<String> note() {
        return bridge.note();
    }

    /** What to tell the coordinator of it now. */
    ContainerReport report() {
        return reports.current();
    }

    void steer(ContainerOrder order, long generation) {
        control.steer(order, generation);
    }

    void follow(boolean wanted) {
        following.want(wanted);
    }

    /** The container is stopped and removed, the result is dropped; {@link Event.Gone} follows. */
    void stop(StopReason reason) {
        control.stop(reason);
    }

    /** This thread ends, the container goes on. */
    void letGo() {
        control.letGo();
    }

    /** The lease was renewed by a call that was sent then. */
    void renewed(Instant sent) {
        renewedUntil = sent.plusMillis(held.ttlMs());
    }

    @Override
    public void run() {
        Event last = new Event.Gone(attempt);
        try {
            if (control.begin(Thread.currentThread()) && work()) {
                last = new Event.Stored(attempt);
            }
        } catch (InterruptedException e) {
            LOG.log(System.Logger.Level.INFO, () -> "container.let-go attempt=" + attempt);
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "container.run-broken attempt=" + attempt, e);
        } finally {
            control.end();
            following.want(false);
            follower.stop();
            snapshots.stop(held);
            bridge.close();
            closeRing();
            events.accept(last);
        }
    }

    private void closeRing() {
        try {
            ring.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "log.not-closed attempt=" + attempt + " why=" + e);
        }
    }

    /** Whether a result is on disk. */
    private boolean work() throws IOException, InterruptedException {
        try {
            if (!held.removing()) {
                shop.held().put(held);
                bridge.open();
                return drive();
            }
        } catch (InterruptedException | ClosedByInterruptException e) {
            if (control.stopReason() == null) {
                throw new InterruptedException();
            }
        } catch (IOException e) {
            return fail(Problem.passing("MINER_DISK", "the miner's disk: " + e));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "container.run-broken attempt=" + attempt, e);
            return fail(Problem.passing("MINER_FAULT", "the miner's own mistake: " + e));
        }
        // a file that was being written reports the interrupt and leaves it standing
        Thread.interrupted();
        leave();
        return false;
    }

    /** Looks, decides and acts until there is a result. */
    private boolean drive() throws IOException, InterruptedException {
        while (true) {
            Duration wait;
            try {
                Optional<Problem> breach = limits.breach(held, ran, now());
                if (breach.isPresent()) {
                    return end(breach.get());
                }
                Optional<Seen> seen = look();
                Step step = situation().next(seen);
                if (step instanceof Step.Complete) {
                    return complete(seen.orElseThrow());
                }
                if (step instanceof Step.Fail failed) {
                    return fail(failed.problem());
                }
                wait = carryOut(step, seen);
                absence.over();
            } catch (Refusal e) {
                return fail(e.problem());
            } catch (EngineException e) {
                if (!e.isAway()) {
                    return fail(ContainerProblems.of(e));
                }
                if (absence.noted(e, now())) {
                    return fail(Problem.passing("ENGINE_UNAVAILABLE", e.text()));
                }
                wait = ENGINE_RETRY;
            }
            saveRenewal();
            woken = control.await(wait);
        }
    }

    private Situation situation() {
        Instant exit = exitSeen;
        return new Situation(
                held.spec().restart(),
                held.paused(),
                restartWanted,
                held.restarts(),
                held.startedAt() != null,
                endedByEngine,
                exit == null ? Duration.ZERO : Duration.between(exit, now()));
    }

    private Optional<Seen> look() throws EngineException, InterruptedException, IOException {
        String id = held.containerId();
        Optional<Seen> seen = id == null ? Optional.empty() : shop.engine().inspect(id);
        if (seen.isPresent() && seen.get().state() == Seen.State.EXITED) {
            noteExit(seen.get());
        }
        obey(seen);
        return seen;
    }

    /** An end that the engine brought about is not the program's: asked over a new connection, a stopping engine is away. */
    private void noteExit(Seen seen) throws InterruptedException, EngineException {
        if (exitSeen != null) {
            return;
        }
        if (!shop.engine().answers()) {
            throw new EngineException(EngineException.Kind.AWAY, "the engine stops");
        }
        boolean unseen = absence.isAway() || reports.isNew();
        endedByEngine = ranWhenLastSeen && unseen && (absence.isAway() || Exits.looksLikeAStoppedEngine(seen));
        exitSeen = now();
        Instant finished = seen.finishedAt();
        LOG.log(
                System.Logger.Level.INFO,
                () -> "container.ended attempt=" + attempt + " code=" + seen.exitCode() + " oom=" + seen.outOfMemory()
                        + " at=" + finished + (endedByEngine ? " by=engine" : ""));
    }

    /** Takes up the newest order, and reports its generation once it is carried out. */
    private void obey(Optional<Seen> seen) throws IOException {
        Control.Wanted wanted = control.wanted();
        if (wanted.generation() <= held.generation()) {
            return;
        }
        Seen.State state = seen.map(Seen::state).orElse(null);
        boolean done = switch (wanted.order()) {
            case RUN -> state != Seen.State.PAUSED;
            case PAUSE -> state == Seen.State.PAUSED;
            case RESTART -> reports.restartedFor(wanted.generation());
        };
        boolean paused = wanted.order() == ContainerOrder.PAUSE;
        restartWanted = wanted.order() == ContainerOrder.RESTART && !done;
        if (done || paused != held.paused()) {
            save(held.steered(done ? wanted.generation() : held.generation(), paused));
        }
    }

    private Duration carryOut(Step step, Optional<Seen> seen)
            throws EngineException, Refusal, InterruptedException, IOException {
        switch (step) {
            case Step.Create create -> create();
            case Step.Start start -> start(start.counted());
            case Step.Pause pause -> shop.engine().pause(id());
            case Step.Resume resume -> shop.engine().resume(id());
            case Step.StopToRestart stop -> {
                tell(ContainerState.RESTARTING, seen, "restarted by order");
                shop.engine().stop(id(), GRACE);
            }
            case Step.WaitToRestart wait -> {
                ranWhenLastSeen = false;
                tell(ContainerState.RESTARTING, seen, ContainerReports.why(seen));
                return wait.delay();
            }
            case Step.Watch watch -> {
                watch(seen);
                // its output ends a moment before it does
                return woken ? LOOK_SOON : LOOK_EVERY;
            }
            case Step.Complete done -> throw new IllegalStateException("handled before");
            case Step.Fail failed -> throw new IllegalStateException("handled before");
        }
        // see at once what came of it
        return Duration.ZERO;
    }

    private void create() throws EngineException, Refusal, InterruptedException, IOException {
        if (held.hadSecrets() && secrets.isEmpty()) {
            throw new Refusal(Problem.passing("MINER_RESTARTED", "the miner restarted before the container was made"));
        }
        var made = new ContainerSetup(shop).make(held, secrets, this::pulling);
        save(held.created(made.id(), made.image().digest(), made.gpus()));
        tell(ContainerState.PENDING, Optional.empty(), null);
    }

    private void pulling(PullProgress progress) {
        reports.pulling(progress, now(), PULL_NEWS_EVERY);
    }

    private void start(boolean counted) throws EngineException, InterruptedException, IOException {
        boolean again = held.startedAt() != null;
        Instant now = now();
        save(held.started(now, held.restarts() + (counted ? 1 : 0)));
        use.started(now);
        shop.engine().start(id());
        ran = true;
        follower.follow(id());
        boolean byEngine = endedByEngine;
        exitSeen = null;
        endedByEngine = false;
        if (restartWanted) {
            reports.restarted(control.wanted().generation());
            restartWanted = false;
        }
        LOG.log(
                System.Logger.Level.INFO,
                () -> "container.started attempt=" + attempt + " id=" + id() + " again=" + again
                        + (byEngine ? " after=engine" : ""));
    }

    private void watch(Optional<Seen> seen) throws EngineException, InterruptedException {
        Seen.State state = seen.map(Seen::state).orElse(Seen.State.LEAVING);
        ranWhenLastSeen = state == Seen.State.RUNNING || state == Seen.State.PAUSED;
        if (ranWhenLastSeen) {
            tell(state == Seen.State.PAUSED ? ContainerState.PAUSED : ContainerState.RUNNING, seen, null);
            follower.follow(id());
            use.look(id(), now());
        }
        if (state == Seen.State.RUNNING) {
            snapshots.look(held, id(), now());
            bridge.look(id());
        }
    }

    private void tell(ContainerState state, Optional<Seen> seen, @Nullable String reason) {
        reports.tell(state, held, seen, reason);
    }

    /** What fills the disk may not go on for a grace, and is too much to be copied: the copy before counts. */
    private boolean end(Problem breach) throws EngineException, IOException, InterruptedException {
        boolean full = breach.code().equals(ContainerLimits.DISK_FULL);
        String id = held.containerId();
        if (id != null) {
            shop.engine().stop(id, full ? Duration.ZERO : GRACE);
        }
        return fail(breach, !full);
    }

    private boolean complete(Seen seen) throws IOException, InterruptedException {
        follower.finish(id());
        bridge.last();
        snapshots.last(held);
        end.proved(
                held,
                ContainerResult.proof(held, seen, use, shop.shop().children().mode(), timeline.get()));
        return true;
    }

    private boolean fail(Problem problem) throws IOException, InterruptedException {
        return fail(problem, true);
    }

    private boolean fail(Problem problem, boolean copied) throws IOException, InterruptedException {
        if (ran) {
            follower.finish(id());
            bridge.last();
        }
        if (ran && copied) {
            snapshots.last(held);
        }
        end.failed(held, ContainerResult.failure(held, problem, ring));
        return true;
    }

    /** Stops and removes it, however long that takes; a miner that starts again goes on with it. */
    private void leave() throws IOException, InterruptedException {
        StopReason reason = control.stopReason();
        LOG.log(System.Logger.Level.INFO, () -> "container.stopping attempt=" + attempt + " reason=" + reason);
        save(held.leaving());
        while (true) {
            try {
                end.remove(attempt);
                break;
            } catch (EngineException e) {
                absence.noted(e, now());
                Thread.sleep(ENGINE_RETRY);
            }
        }
        end.dropped(held);
        LOG.log(System.Logger.Level.INFO, () -> "container.stopped attempt=" + attempt + " reason=" + reason);
    }

    private void save(HeldContainer changed) throws IOException {
        shop.held().put(changed);
        held = changed;
    }

    private void saveRenewal() throws IOException {
        Instant until = renewedUntil;
        if (until.isAfter(held.expires().plus(SAVE_RENEWAL_EVERY))) {
            save(held.renewed(until));
        }
    }

    private String id() {
        String id = held.containerId();
        if (id == null) {
            throw new IllegalStateException("there is no container yet");
        }
        return id;
    }

    private Instant now() {
        return shop.shop().clock().instant();
    }
}
