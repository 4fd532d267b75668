package io.pithead.bench.simulation;

import io.pithead.coordinator.reputation.core.Sanction;
import io.pithead.coordinator.reputation.core.Sanction.Measure;
import io.pithead.coordinator.verify.core.Adaptive;
import io.pithead.coordinator.verify.core.Adaptive.Streak;
import io.pithead.coordinator.verify.core.Canary;
import io.pithead.coordinator.verify.core.Canary.Judgement;
import io.pithead.coordinator.verify.core.Draw;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;

/** The nodes and their epochs. */
final class World {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final int NODES_OF_A_PROVIDER = 4;
    /** Finished jobs that a canary is chosen from, as many as a page of rows. */
    private static final int CANDIDATES = 32;

    private static final int KNOWN = 4_096;

    final List<SimNode> everybody = new ArrayList<>();
    final Tally tally = new Tally();

    private final Settings settings;
    private final SplittableRandom random;
    private final Draw draw;
    private final List<SimNode> active = new ArrayList<>();
    private final List<KnownJob> known = new ArrayList<>();
    private int epoch;

    /** A canary, and who said that its answer is right. */
    record KnownJob(Canary.Known known, List<SimNode> agreed) {}

    World(Settings settings) {
        this.settings = settings;
        random = new SplittableRandom(settings.seed());
        byte[] secret = new byte[Draw.MIN_KEY_BYTES];
        random.nextBytes(secret);
        draw = new Draw(secret);
        for (Kind kind : Kind.values()) {
            UUID provider = id();
            for (int i = 0; i < settings.count(kind); i++) {
                boolean ownAccount = kind == Kind.COLLUDING || kind == Kind.SYBIL;
                provider = ownAccount || i % NODES_OF_A_PROVIDER == 0 ? id() : provider;
                join(kind, provider);
            }
        }
    }

    private void join(Kind kind, UUID provider) {
        var node = new SimNode(id(), provider, kind, epoch);
        everybody.add(node);
        active.add(node);
    }

    void run() {
        for (epoch = 0; epoch < settings.epochs(); epoch++) {
            work();
            List<SimNode> gone = active.stream().filter(node -> node.ejected).toList();
            active.removeAll(new HashSet<>(gone));
            for (SimNode node : gone) {
                if (node.kind == Kind.SYBIL) {
                    join(Kind.SYBIL, id());
                }
            }
        }
    }

    /** Newcomers take of what is open to them; what trusted nodes have no time for waits and is open to all. */
    private void work() {
        List<SimNode> newcomers = new ArrayList<>();
        List<SimNode> trusted = new ArrayList<>();
        for (SimNode node : active) {
            int jobs = node.kind == Kind.SLOW ? settings.jobs() / 2 : settings.jobs();
            List<SimNode> slots = node.standing().isTrusted(Settings.ADAPTIVE) ? trusted : newcomers;
            for (int i = 0; i < jobs; i++) {
                slots.add(node);
            }
        }
        shuffle(newcomers);
        shuffle(trusted);
        while (!newcomers.isEmpty() || !trusted.isEmpty()) {
            UUID job = id();
            Duration waited = trusted.isEmpty() ? Settings.ADAPTIVE.newcomerWait() : Duration.ZERO;
            // as many as there are, over the whole of the day
            double openOnes = (newcomers.size() + trusted.size()) * Settings.ADAPTIVE.newcomerShare();
            boolean open = !newcomers.isEmpty()
                    && (trusted.isEmpty() || random.nextDouble() * openOnes < newcomers.size())
                    && Adaptive.mayTake(Streak.NEW, 0, job, waited, draw, Settings.ADAPTIVE);
            if (!open && trusted.isEmpty()) {
                throw new IllegalStateException("a job that nobody may take");
            }
            SimNode node = (open ? newcomers : trusted).removeLast();
            offer(node.ejected ? pick(Set.of()) : node, job);
        }
    }

    private void offer(SimNode node, UUID job) {
        tally.jobs++;
        if (Canary.isDue(node.id, node.taken, draw, Settings.CANARY)) {
            canary(node);
        }
        new SimJob(this, job, node).run();
    }

    boolean replicates(SimNode node, UUID job) {
        return Adaptive.replicates(node.standing(), job, draw, Settings.ADAPTIVE);
    }

    SplittableRandom random() {
        return random;
    }

    /** Anybody whose provider has not had it. */
    SimNode pick(Collection<UUID> providers) {
        for (int tries = 0; tries < 1_000; tries++) {
            SimNode node = active.get(random.nextInt(active.size()));
            if (!node.ejected && !providers.contains(node.provider)) {
                return node;
            }
        }
        throw new IllegalStateException("nobody is left");
    }

    /** What a quorum agreed on may be asked for again. */
    void remember(UUID job, String answer, Set<UUID> providers, List<SimNode> agreed) {
        var finished =
                new KnownJob(new Canary.Known(job, answer, providers, agreed.size(), 0, now()), List.copyOf(agreed));
        if (known.size() < KNOWN) {
            known.add(finished);
        } else {
            known.set(random.nextInt(KNOWN), finished);
        }
    }

    private void canary(SimNode node) {
        List<KnownJob> page = new ArrayList<>();
        for (int i = 0; i < CANDIDATES && !known.isEmpty(); i++) {
            page.add(known.get(random.nextInt(known.size())));
        }
        List<Canary.Known> candidates = page.stream().map(KnownJob::known).toList();
        Optional<Canary.Known> choice =
                Canary.choose(candidates, node.provider, node.id, node.taken, draw, Settings.CANARY, now());
        choice.ifPresent(canary -> canary(node, page.get(candidates.indexOf(canary))));
    }

    private void canary(SimNode node, KnownJob job) {
        String answer = node.answer(job.known().job(), random);
        if (answer == null) {
            node.left();
            return;
        }
        tally.canaries++;
        tally.answered(node, answer);
        Judgement judgement = Canary.judge(job.known().answer(), answer, Optional.empty());
        if (judgement == Judgement.UNCONFIRMED) {
            tally.referees++;
            tally.late(node, answer);
            judgement = Canary.judge(job.known().answer(), answer, Optional.of(SimNode.RIGHT));
        }
        apply(judgement, node, answer, job);
    }

    private void apply(Judgement judgement, SimNode node, String answer, KnownJob job) {
        switch (judgement) {
            case VALID -> {
                tally.paid(node, answer);
                node.judgedRight();
            }
            case INVALID -> wrong(node, answer);
            case STALE, BOTH_WRONG -> {
                known.remove(job);
                job.agreed().forEach(liar -> {
                    tally.withdrawn(liar, job.known().answer());
                    wrong(liar, job.known().answer());
                });
                if (judgement == Judgement.STALE) {
                    tally.paid(node, answer);
                    node.judgedRight();
                } else {
                    wrong(node, answer);
                }
            }
            case UNCONFIRMED -> throw new IllegalStateException("the referee always knows");
        }
    }

    void wrong(SimNode node, String answer) {
        node.judgedWrong(answer);
        while (Sanction.measure(node.suspicion) == Measure.CONFIRM && node.review()) {
            tally.referees++;
        }
        if (Sanction.measure(node.suspicion) == Measure.SLASH && !node.ejected) {
            node.ejected = true;
            node.slashedAt = node.answers;
        }
    }

    int epoch() {
        return epoch;
    }

    private Instant now() {
        return BEGIN.plus(Duration.ofDays(epoch));
    }

    private UUID id() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private void shuffle(List<SimNode> nodes) {
        for (int i = nodes.size() - 1; i > 0; i--) {
            nodes.set(i, nodes.set(random.nextInt(i + 1), nodes.get(i)));
        }
    }
}
