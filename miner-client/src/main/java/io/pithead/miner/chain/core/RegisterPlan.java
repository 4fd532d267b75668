package io.pithead.miner.chain.core;

import io.pithead.protocol.signing.Address;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is missing between what the chain says and a registered node with enough stake. */
public sealed interface RegisterPlan {
    /** In their order; none when all is there. @param stake what is added to the stake by the first */
    record Go(List<Step> steps, BigInteger stake) implements RegisterPlan {
        public Go {
            steps = List.copyOf(steps);
        }
    }

    /** The key holds too few tokens. */
    record TooFewTokens(BigInteger needed, BigInteger has) implements RegisterPlan {}

    record Impossible(String why) implements RegisterPlan {}

    /** One transaction. */
    enum Step {
        REGISTER_PROVIDER,
        INCREASE_STAKE,
        REGISTER_NODE
    }

    /**
     * @param required for the nodes that are registered and, unless it is among them, this one
     * @param nodeProvider who registered the node, if anybody
     * @param tokens what the stake's key holds
     */
    record Facts(
            Address provider,
            boolean registered,
            boolean blacklisted,
            BigInteger stake,
            BigInteger required,
            Optional<Address> nodeProvider,
            NodeState node,
            BigInteger tokens) {}

    static RegisterPlan of(Facts facts) {
        if (facts.blacklisted()) {
            return new Impossible("the provider is blacklisted: only the network's operators can pardon it");
        }
        if (facts.nodeProvider().isPresent() && !facts.nodeProvider().get().equals(facts.provider())) {
            return new Impossible("the node belongs to another provider, "
                    + facts.nodeProvider().get().checksummed()
                    + ": make a new key for it, or let that provider remove it");
        }
        if (facts.node() == NodeState.EJECTED) {
            return new Impossible(
                    "the node is ejected: make a new key for it, or let the network's operators reinstate it");
        }
        BigInteger missing = facts.required().subtract(facts.stake()).max(BigInteger.ZERO);
        if (missing.compareTo(facts.tokens()) > 0) {
            return new TooFewTokens(missing, facts.tokens());
        }
        Stream<Step> stake = facts.registered()
                ? Stream.of(Step.INCREASE_STAKE).filter(step -> missing.signum() > 0)
                : Stream.of(Step.REGISTER_PROVIDER);
        Stream<Step> node = Stream.of(Step.REGISTER_NODE)
                .filter(step -> facts.nodeProvider().isEmpty());
        return new Go(Stream.concat(stake, node).toList(), missing);
    }
}
