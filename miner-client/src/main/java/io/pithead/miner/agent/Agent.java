package io.pithead.miner.agent;

import io.pithead.miner.Version;
import io.pithead.miner.agent.core.Adopted;
import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.agent.core.Event;
import io.pithead.miner.agent.core.Machine;
import io.pithead.miner.agent.core.Order;
import io.pithead.miner.agent.core.Pace;
import io.pithead.miner.agent.core.StopReason;
import io.pithead.miner.agent.core.Timeline;
import io.pithead.miner.agent.core.View;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.challenge.Challenges;
import io.pithead.miner.challenge.UnansweredException;
import io.pithead.miner.config.MinerConfig;
import io.pithead.miner.container.Engine;
import io.pithead.miner.container.Labels;
import io.pithead.miner.hardware.EnergyMeter;
import io.pithead.miner.hardware.GpuWatch;
import io.pithead.miner.membership.Membership;
import io.pithead.miner.workload.ChildSettings;
import io.pithead.miner.workload.Workload;
import io.pithead.miner.workload.Workloads;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.node.Heartbeat;
import io.pithead.protocol.signing.WalletKey;
import io.pithead.protocol.task.ContainerReport;
import io.pithead.protocol.task.ContainerSpec;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The running miner. Several may run in one process, each with its own work folder and id. */
public final class Agent {
    private static final System.Logger LOG = System.getLogger(Agent.class.getName());
    private static final int MAX_RECEIPTS = 10_000;
    private static final Duration STATUS_EVERY = Duration.ofSeconds(1);
    private static final Duration PROBE_AGAIN = Duration.ofMinutes(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final MinerConfig config;
    private final WorkDir dir;
    private final MonotonicClock clock;
    private final Calls calls;
    private final Shop shop;
    private final Delivery delivery;
    private final Machine machine;
    private final Set<String> offered = new ConcurrentSkipListSet<>();
    /** Has a permit when the engine is to be tried again. */
    private final Semaphore failedValidator = new Semaphore(0);

    private final Map<String, String> findings = new ConcurrentHashMap<>();
    private final Map<Attempt, JobRun> jobs = new HashMap<>();
    private final Optional<Containers> containers;
    private final Optional<Membership> membership;
    private final Optional<Challenges> challenges;
    /** Bounded by what the machine has under way: one event for each call, job and signal. */
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    private final ExecutorService callThreads = Executors.newVirtualThreadPerTaskExecutor();
    private Instant statusDue = Instant.EPOCH;
    private volatile Optional<Timeline> timeline = Optional.empty();

    /**
     * @param dir opened and locked by the caller, who closes it
     * @param clock the clock that the API stamps its calls with
     * @param engine runs containers; the caller closes it
     * @param key the node's: it signs proofs
     * @param membership the node's part in runs, if it has a key; the caller closes it
     * @param challenges what answers validators, if the node has a key; the caller closes it
     */
    public Agent(
            MinerConfig config,
            Capabilities capabilities,
            WorkDir dir,
            CoordinatorApi api,
            MonotonicClock clock,
            EnergyMeter energy,
            ChildSettings children,
            Optional<Engine> engine,
            Optional<WalletKey> key,
            Optional<Membership> membership,
            Optional<Challenges> challenges)
            throws IOException {
        this.config = config;
        this.membership = membership;
        this.challenges = challenges;
        this.dir = dir;
        this.clock = clock;
        this.calls = new Calls(api, config, capabilities, dir.instance());
        var spool = new Spool(dir.spool());
        var logs = new LogShelf(dir.logs());
        this.shop = new Shop(
                dir,
                spool,
                logs,
                api,
                energy,
                clock,
                children,
                offered,
                config.maxRuntime(),
                capabilities.ramShareMb());
        this.delivery = new Delivery(spool, api, key, new Receipts(dir.receipts(), MAX_RECEIPTS), logs);
        dir.clearLeftovers();
        List<Attempt> unsent = spool.load();
        if (!unsent.isEmpty()) {
            LOG.log(System.Logger.Level.INFO, () -> "agent.unsent-results count=" + unsent.size());
        }
        this.containers = engine.isEmpty()
                ? Optional.empty()
                : Optional.of(containers(engine.get(), capabilities, Set.copyOf(unsent)));
        List<Adopted> adopted = containers.map(Containers::adopted).orElse(List.of());
        logs.keepOnly(Stream.concat(unsent.stream(), adopted.stream().map(Adopted::attempt))
                .collect(Collectors.toSet()));
        var pace = new Pace(config.heartbeat(), config.poll(), Duration.ZERO);
        this.machine = new Machine(config.concurrency(), pace, unsent, adopted, clock.instant());
    }

    private Containers containers(Engine engine, Capabilities capabilities, Set<Attempt> unsent) throws IOException {
        var folders = new TaskFolders(dir.tasks());
        var gpus = new Gpus(capabilities.gpuPolicy());
        var files = new FileSpool(dir.files());
        var containerShop = new ContainerShop(
                engine,
                capabilities.ownerPolicy(),
                Labels.miner(config.minerId(), dir.root()),
                config.minerId(),
                config.containers(),
                gpus,
                new GpuWatch(capabilities.inventory().smi(), gpus::held),
                new PulledImages(dir.images(), engine),
                folders,
                new Snapshots(dir.snapshots(), shop.api(), folders),
                new HeldContainers(dir.containers()),
                new BridgeFolders(dir.bridges(), folders.group()),
                files,
                new FileSender(files, shop.api(), clock),
                shop);
        return new Containers(containerShop, () -> timeline, events::add, unsent);
    }

    /** Finish what runs, take nothing new, then end. Safe from any thread. */
    public void drain() {
        events.add(new Event.DrainAsked());
    }

    /** End now; what runs is killed. Safe from any thread. */
    public void stop() {
        events.add(new Event.StopAsked());
    }

    /** Works until drained or stopped. */
    public void run() throws InterruptedException {
        LOG.log(
                System.Logger.Level.INFO,
                () -> "agent.started miner=" + config.minerId() + " version=" + Version.TEXT + " slots="
                        + config.concurrency() + " coordinator="
                        + config.coordinator().url());
        containers.ifPresent(Containers::begin);
        membership.ifPresent(Membership::begin);
        challenges.ifPresent(all -> all.begin(() -> timeline, this::facts));
        Thread prober = Thread.ofPlatform().name("prober").daemon().start(this::probe);
        try {
            Event event = new Event.Tick();
            while (handle(event)) {
                event = nextEvent();
            }
        } finally {
            prober.interrupt();
            jobs.values().forEach(job -> job.stop(StopReason.MINER_STOPPED));
            if (containers.isPresent()) {
                containers.get().letGo();
            }
            callThreads.shutdownNow();
            prober.join(LONGEST_WAIT);
            writeStatus(clock.instant());
            LOG.log(
                    System.Logger.Level.INFO,
                    () -> "agent.ended proved=" + delivery.proved() + " failed=" + delivery.failed() + " refused="
                            + delivery.refused());
        }
    }

    private Event nextEvent() throws InterruptedException {
        Instant now = clock.instant();
        Duration wait = Duration.between(now, machine.nextDue(now));
        long millis = Math.clamp(wait.toMillis() + 1, 1, LONGEST_WAIT.toMillis());
        Event event = events.poll(millis, TimeUnit.MILLISECONDS);
        return event == null ? new Event.Tick() : event;
    }

    private boolean handle(Event event) {
        note(event);
        Instant now = clock.instant();
        List<Order> orders = machine.on(event, now, ThreadLocalRandom.current().nextDouble());
        timeline = machine.view().timeline();
        for (Order order : orders) {
            if (order instanceof Order.End) {
                return false;
            }
            carryOut(order);
        }
        if (!now.isBefore(statusDue)) {
            statusDue = now.plus(STATUS_EVERY);
            writeStatus(now);
        }
        return true;
    }

    private void note(Event event) {
        switch (event) {
            case Event.Stored stored -> forget(stored.attempt());
            case Event.Gone gone -> forget(gone.attempt());
            case Event.Beaten beaten -> {
                containers.ifPresent(all -> all.renewed(beaten.sent()));
                membership.ifPresent(node -> node.told(beaten.directives()));
                challenges.ifPresent(all -> all.told(beaten.directives()));
            }
            case Event.DrainAsked asked -> LOG.log(System.Logger.Level.INFO, "agent.draining");
            case Event.StopAsked asked -> LOG.log(System.Logger.Level.INFO, "agent.stopping");
            default -> {}
        }
    }

    private void forget(Attempt attempt) {
        jobs.remove(attempt);
        containers.ifPresent(all -> all.ended(attempt));
    }

    private void carryOut(Order order) {
        switch (order) {
            case Order.Register register -> call(() -> calls.register(Set.copyOf(offered)));
            case Order.Beat beat -> call(() -> calls.beat(withMetrics(beat.running())));
            case Order.Poll poll -> call(() -> calls.poll(poll.slots(), poll.parked()));
            case Order.Report report -> report(report);
            case Order.Drain drain -> call(calls::drain);
            case Order.Deliver deliver -> call(() -> delivery.deliver(deliver.attempt()));
            case Order.Start start -> start(start.offer());
            case Order.Decline decline -> call(() -> decline(decline.offer()));
            case Order.Kill kill -> kill(kill);
            case Order.Steer steer ->
                containers.ifPresent(all -> all.steer(steer.attempt(), steer.order(), steer.generation()));
            case Order.Follow follow -> containers.ifPresent(all -> all.follow(follow.attempt(), follow.wanted()));
            case Order.SayLost lost ->
                LOG.log(
                        System.Logger.Level.WARNING,
                        () -> "coordinator.lost status=" + lost.trouble().status() + " why="
                                + lost.trouble().code()
                                + (lost.trouble().message().isEmpty()
                                        ? ""
                                        : " says=" + lost.trouble().message()));
            case Order.SayBack back ->
                LOG.log(
                        System.Logger.Level.INFO,
                        () -> "coordinator.back after_s=" + back.away().toSeconds());
            case Order.End end -> throw new IllegalStateException("handled by the loop");
        }
    }

    private interface Blocking {
        Event call() throws IOException;
    }

    private void call(Blocking blocking) {
        callThreads.execute(() -> {
            try {
                events.add(blocking.call());
            } catch (IOException | RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "agent.call-failed", e);
            }
        });
    }

    /** Of each container what its own thread saw last: a beat waits for no engine. */
    private List<Heartbeat.Running> withMetrics(List<Heartbeat.Running> running) {
        return containers
                .map(all -> running.stream()
                        .map(one -> one.with(
                                all.metrics(new Attempt(one.id(), one.lease())).orElse(null)))
                        .toList())
                .orElse(running);
    }

    private void report(Order.Report report) {
        Optional<ContainerReport> container = containers.flatMap(all -> all.report(report.attempt()));
        call(() -> container.isPresent()
                ? calls.progress(report, container.get(), containers.flatMap(all -> all.note(report.attempt())))
                : calls.progress(report.attempt(), report.percent()));
    }

    private void kill(Order.Kill kill) {
        Optional.ofNullable(jobs.get(kill.attempt())).ifPresent(job -> job.stop(kill.reason()));
        containers.ifPresent(all -> all.stop(kill.attempt(), kill.reason()));
    }

    private void start(JobOffer offer) {
        ContainerSpec container = offer.container();
        if (container != null) {
            startContainer(offer, container);
            return;
        }
        var attempt = new Attempt(offer.id(), offer.lease());
        var job = new JobRun(shop, offer, timeline.orElseThrow(), events::add);
        jobs.put(attempt, job);
        Thread.ofPlatform().name("job-" + attempt).start(job);
    }

    private void startContainer(JobOffer offer, ContainerSpec container) {
        if (containers.isEmpty()) {
            call(() -> giveBack(offer, "ENGINE_UNAVAILABLE", "this miner runs no containers"));
            return;
        }
        try {
            containers.get().start(offer, container);
        } catch (IOException e) {
            call(() -> giveBack(offer, "MINER_DISK", "the miner's disk: " + e));
        }
    }

    private Event decline(JobOffer offer) throws IOException {
        return giveBack(offer, "NO_SLOT", "every slot of this miner is taken");
    }

    private Event giveBack(JobOffer offer, String code, String why) throws IOException {
        var failure = new Failure(offer.id(), offer.lease(), code, why, true);
        shop.spool().put(SpoolEntry.of(failure), Optional.empty());
        return new Event.Stored(new Attempt(offer.id(), offer.lease()));
    }

    /** The quick workload is offered while the slow one is still being tried. */
    private void probe() {
        var prober = new Prober(dir.cache().resolve("probe"), shop.children());
        try {
            boolean again = probeContainers();
            for (String name : config.workloads().unknown(Workloads.names())) {
                findings.put(name, "there is no such workload");
                LOG.log(System.Logger.Level.WARNING, () -> "workload.unknown name=" + name + ": correct WORKLOADS");
            }
            for (Workload workload : Workloads.all()) {
                if (!config.workloads().has(workload.name())) {
                    findings.put(workload.name(), "left out by WORKLOADS");
                    continue;
                }
                Prober.Finding finding = prober.probe(workload);
                findings.put(workload.name(), finding.runs() ? "ok" : finding.reason());
                LOG.log(
                        finding.runs() ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
                        () -> "workload.probed name=" + finding.workload() + " runs=" + finding.runs()
                                + (finding.runs() ? "" : " why=" + finding.reason()));
                if (finding.runs()) {
                    offered.add(workload.name());
                    events.add(new Event.CapabilitiesKnown());
                }
            }
            if (offered.isEmpty()) {
                LOG.log(System.Logger.Level.ERROR, "agent.no-workload runs here: see pithead-miner check");
                // the operator shall see the miner all the same
                events.add(new Event.CapabilitiesKnown());
            }
            while (containers.isPresent()) {
                // an engine that is started later is found then, and one that failed a validator is no longer claimed
                if (again) {
                    failedValidator.tryAcquire(PROBE_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                } else {
                    failedValidator.acquire();
                }
                failedValidator.drainPermits();
                again = probeContainers();
            }
        } catch (InterruptedException e) {
            // the agent ends
        }
    }

    /** @return whether another try may find more */
    private boolean probeContainers() throws InterruptedException {
        if (containers.isEmpty()) {
            return false;
        }
        ContainerProber.Finding finding = containers.get().probe();
        findings.put(JobOffer.CONTAINER, finding.runs() ? "ok" : finding.detail());
        LOG.log(
                finding.runs() ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
                () -> "workload.probed name=" + JobOffer.CONTAINER + " runs=" + finding.runs() + " why="
                        + finding.detail());
        calls.containers(finding);
        if (finding.runs()) {
            offered.add(JobOffer.CONTAINER);
            events.add(new Event.CapabilitiesKnown());
        } else if (offered.remove(JobOffer.CONTAINER)) {
            // what is not there any more is not claimed
            events.add(new Event.CapabilitiesKnown());
        }
        return !finding.runs() || finding.gpusUntried();
    }

    /** For a validator; one that there was none for is a reason to look at the engine again. */
    private String facts(Challenge challenge, Duration within) throws UnansweredException, InterruptedException {
        if (containers.isEmpty()) {
            throw new UnansweredException("this miner runs no containers, as its owner says");
        }
        try {
            return containers.get().facts(challenge, within);
        } catch (UnansweredException e) {
            failedValidator.release();
            throw e;
        }
    }

    private void writeStatus(Instant now) {
        View view = machine.view();
        ProcessHandle self = ProcessHandle.current();
        var status = new AgentStatus(
                self.pid(),
                self.info().startInstant().map(Instant::toEpochMilli).orElse(0L),
                Version.TEXT,
                config.minerId(),
                config.coordinator().url().toString(),
                view.phase(),
                view.registered(),
                view.drainedByCoordinator(),
                view.lostSince().orElse(null),
                findings,
                view.jobs().stream()
                        .map(job -> new AgentStatus.Job(
                                job.attempt().job(),
                                job.attempt().lease(),
                                job.percent(),
                                job.stopping() ? "stopping" : "running"))
                        .toList(),
                view.unsent().size(),
                delivery.proved(),
                delivery.failed(),
                delivery.refused(),
                challenges.map(Challenges::view).orElse(null),
                now);
        try {
            status.write(dir.status());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "status.not-written why=" + e);
        }
    }
}
