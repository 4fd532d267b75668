package io.pithead.coordinator.run.core;

import static io.pithead.coordinator.run.core.RunNodeState.BANNED;
import static io.pithead.coordinator.run.core.RunNodeState.DEAD;
import static io.pithead.coordinator.run.core.RunNodeState.DISCOVERED;
import static io.pithead.coordinator.run.core.RunNodeState.EJECTED;
import static io.pithead.coordinator.run.core.RunNodeState.HEALTHY;
import static io.pithead.coordinator.run.core.RunNodeState.LOW_BALANCE;
import static io.pithead.coordinator.run.core.RunNodeState.UNHEALTHY;

import io.pithead.coordinator.discovery.core.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Moves a node of a run from one state to the next, by what is known of it now. What is not known moves nothing: while a chain
 * cannot be read, only heartbeats and the operator do.
 */
public final class RunNodeMachine {
    private RunNodeMachine() {}

    /** @param since when it came into its state */
    public record Node(RunNodeState state, Instant since) {}

    /**
     * @param chain nothing while the chain is not read up to its head
     * @param announced the registry lists it for this run
     * @param bound its miner has shown that it has the node's key
     * @param heard when that miner last was
     * @param inviteTaken an answer to an invite is on its way to the chain
     * @param banned by the operator
     */
    public record Facts(
            Optional<ChainFacts> chain,
            boolean announced,
            boolean bound,
            @Nullable Instant heard,
            boolean inviteTaken,
            boolean banned) {}

    /** @param member the chain has it in this run */
    public record ChainFacts(
            boolean registered, boolean validated, boolean ejected, Standing standing, boolean member) {}

    /**
     * @param silence after so much of it a node is unhealthy
     * @param dying after so much more it is dead
     */
    public record Patience(Duration silence, Duration dying) {}

    /** What is to be done. */
    public sealed interface Decision {
        /** Nothing. */
        record Stay() implements Decision {}

        /** To another state, always. */
        record Move(RunNodeState to, RunNodeReason why) implements Decision {}
    }

    private static final Decision STAY = new Decision.Stay();

    public static Decision decide(Node node, Facts facts, Patience patience, Instant now) {
        if (facts.banned()) {
            return to(node, BANNED, RunNodeReason.BANNED_BY_OPERATOR);
        }
        if (node.state() == BANNED) {
            return to(node, DISCOVERED, RunNodeReason.BAN_LIFTED);
        }
        if (facts.chain().isEmpty()) {
            return byHeartbeat(node, facts, patience, now);
        }
        ChainFacts chain = facts.chain().get();
        if (!chain.registered()) {
            return node.state() == EJECTED ? STAY : to(node, DEAD, RunNodeReason.NOT_REGISTERED);
        }
        Optional<RunNodeReason> keptOut = keptOut(chain);
        if (keptOut.isPresent()) {
            return to(node, EJECTED, keptOut.get());
        }
        if (node.state() == EJECTED) {
            return to(node, DISCOVERED, RunNodeReason.REINSTATED);
        }
        if (chain.standing() == Standing.UNDERSTAKED) {
            return to(node, LOW_BALANCE, RunNodeReason.STAKE_TOO_LOW);
        }
        if (node.state() == LOW_BALANCE) {
            return to(node, DISCOVERED, RunNodeReason.STAKE_MENDED);
        }
        return chain.member() && facts.bound() ? inside(node, chain, facts, patience, now) : outside(node, facts);
    }

    private static Optional<RunNodeReason> keptOut(ChainFacts chain) {
        if (chain.ejected()) {
            return Optional.of(RunNodeReason.NODE_EJECTED);
        }
        return switch (chain.standing()) {
            case BLACKLISTED -> Optional.of(RunNodeReason.PROVIDER_BLACKLISTED);
            case NOT_WHITELISTED -> Optional.of(RunNodeReason.PROVIDER_NOT_WHITELISTED);
            case UNKNOWN -> Optional.of(RunNodeReason.PROVIDER_UNKNOWN);
            case UNDERSTAKED, GOOD -> Optional.empty();
        };
    }

    /** Not in the run, or whose miner is not known: an invite is the way in, and shows the miner. */
    private static Decision outside(Node node, Facts facts) {
        return switch (node.state()) {
            case HEALTHY, UNHEALTHY -> to(node, DISCOVERED, RunNodeReason.LEFT);
            case WAITING_FOR_HEARTBEAT -> facts.inviteTaken() ? STAY : to(node, DISCOVERED, RunNodeReason.NOT_JOINED);
            case DISCOVERED -> facts.announced() ? STAY : to(node, DEAD, RunNodeReason.NOT_ANNOUNCED);
            case DEAD -> facts.announced() ? to(node, DISCOVERED, RunNodeReason.ANNOUNCED) : STAY;
            case EJECTED, BANNED, LOW_BALANCE -> STAY;
        };
    }

    private static Decision inside(Node node, ChainFacts chain, Facts facts, Patience patience, Instant now) {
        if (isHeard(facts, patience, now)) {
            return chain.validated()
                    ? to(node, HEALTHY, RunNodeReason.HEARD)
                    : to(node, UNHEALTHY, RunNodeReason.NOT_VALIDATED);
        }
        return switch (node.state()) {
            case DISCOVERED, HEALTHY -> to(node, UNHEALTHY, RunNodeReason.SILENT);
            case WAITING_FOR_HEARTBEAT ->
                isOver(node.since(), patience.silence(), now) ? to(node, UNHEALTHY, RunNodeReason.SILENT) : STAY;
            case UNHEALTHY -> dying(node, patience, now);
            case DEAD, EJECTED, BANNED, LOW_BALANCE -> STAY;
        };
    }

    private static Decision byHeartbeat(Node node, Facts facts, Patience patience, Instant now) {
        if (isHeard(facts, patience, now)) {
            return STAY;
        }
        return switch (node.state()) {
            case HEALTHY -> to(node, UNHEALTHY, RunNodeReason.SILENT);
            case UNHEALTHY -> dying(node, patience, now);
            case DISCOVERED, WAITING_FOR_HEARTBEAT, DEAD, EJECTED, BANNED, LOW_BALANCE -> STAY;
        };
    }

    private static Decision dying(Node node, Patience patience, Instant now) {
        return isOver(node.since(), patience.dying(), now) ? to(node, DEAD, RunNodeReason.SILENT) : STAY;
    }

    private static boolean isHeard(Facts facts, Patience patience, Instant now) {
        return facts.heard() != null && !isOver(facts.heard(), patience.silence(), now);
    }

    private static boolean isOver(Instant since, Duration patience, Instant now) {
        return !now.isBefore(since.plus(patience));
    }

    private static Decision to(Node node, RunNodeState next, RunNodeReason why) {
        if (node.state() == next) {
            return STAY;
        }
        if (!node.state().mayBecome(next)) {
            throw new IllegalStateException(node.state() + " does not become " + next);
        }
        return new Decision.Move(next, why);
    }
}
