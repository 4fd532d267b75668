package io.pithead.bench.simulation;

import io.pithead.coordinator.verify.core.Quorum;
import io.pithead.coordinator.verify.core.Quorum.Decision;
import io.pithead.coordinator.verify.core.Quorum.Facts;
import io.pithead.coordinator.verify.core.Quorum.Policy;
import io.pithead.coordinator.verify.core.Quorum.Referee;
import io.pithead.coordinator.verify.core.Quorum.Replica;
import io.pithead.coordinator.verify.core.Quorum.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** A job from its first node to its end. */
final class SimJob {
    /** Everybody answers or leaves at once, so that nothing ends by time. */
    private static final Instant NOW = Instant.EPOCH;

    private static final Instant DEADLINE = NOW.plusSeconds(1);

    private final World world;
    private final UUID job;
    private final List<Replica> replicas = new ArrayList<>();
    private final List<SimNode> nodes = new ArrayList<>();
    private final Set<UUID> providers = new HashSet<>();
    private SimNode first;
    private Referee referee = new Referee.Ready();
    private Policy policy = Policy.SINGLE;
    private int rounds;

    SimJob(World world, UUID job, SimNode first) {
        this.world = world;
        this.job = job;
        this.first = first;
    }

    void run() {
        while (!add(first)) {
            // another attempt of the first replica, as after any lost lease
            replicas.clear();
            nodes.clear();
            first = world.pick(providers);
        }
        policy = world.replicates(first, job) ? Policy.PAIR : Policy.SINGLE;
        boolean ended = false;
        while (!ended) {
            ended = apply(Quorum.decide(new Facts(policy, replicas, DEADLINE, referee), NOW));
        }
    }

    private boolean apply(Decision decision) {
        switch (decision) {
            case Decision.More more -> {
                rounds++;
                for (int i = 0; i < more.replicas(); i++) {
                    world.tally.replicas += add(world.pick(providers)) ? 1 : 0;
                }
                return false;
            }
            case Decision.Undecided undecided -> {
                rounds++;
                world.tally.referees++;
                referee = new Referee.Said(SimNode.RIGHT);
                return false;
            }
            case Decision.Agreed agreed -> {
                agreed(agreed);
                return true;
            }
            case Decision.Failed failed -> {
                world.tally.failed++;
                failed.dissented().forEach(this::dissented);
                lateOnes();
                return true;
            }
            case Decision.Wait wait -> throw new IllegalStateException("nobody is at work");
        }
    }

    private void agreed(Decision.Agreed agreed) {
        world.tally.accepted(agreed.answer());
        lateOnes();
        boolean judged = replicas.size() > 1;
        var right = new ArrayList<SimNode>();
        for (UUID id : agreed.paid()) {
            SimNode node = node(id);
            world.tally.paid(node, agreed.answer());
            if (judged) {
                node.judgedRight();
                right.add(node);
            }
        }
        agreed.dissented().forEach(this::dissented);
        if (right.size() > 1) {
            world.remember(job, agreed.answer(), providers, right);
        }
    }

    private void dissented(UUID id) {
        world.wrong(node(id), Objects.requireNonNull(replicas.get(index(id)).answer()));
    }

    /** Whoever was right and waits for more than the one round that was planned. */
    private void lateOnes() {
        int planned = Math.min(replicas.size(), policy.replicas());
        for (int i = 0; rounds > policy.replicas() - 1 && i < planned; i++) {
            String answer = replicas.get(i).answer();
            if (answer != null) {
                world.tally.late(nodes.get(i), answer);
            }
        }
    }

    /** @return whether it answered */
    private boolean add(SimNode node) {
        String answer = node.answer(job, world.random());
        providers.add(node.provider);
        replicas.add(new Replica(
                new UUID(0, replicas.size()), answer == null ? State.GONE : State.ANSWERED, node.provider, answer));
        nodes.add(node);
        if (answer == null) {
            node.left();
            return false;
        }
        world.tally.answered(node, answer);
        return true;
    }

    private SimNode node(UUID id) {
        return nodes.get(index(id));
    }

    private static int index(UUID id) {
        return (int) id.getLeastSignificantBits();
    }
}
