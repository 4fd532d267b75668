package io.pithead.coordinator.chain;

import io.pithead.coordinator.chain.KnownChains.Known;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Database;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;

/** What a validator says of nodes on its chain, with the chain's key. How many have to say the same is the contract's to count. */
@ApplicationScoped
public class ValidatorVotes {
    private static final String REJECTED = Integer.toString(OperatorCalls.Verdict.REJECTED.ordinal());

    @Inject
    Database database;

    @Inject
    KnownChains chains;

    @Inject
    ChainGateway gateway;

    @Inject
    Outbox outbox;

    /** What is said of a node. */
    public enum Vote {
        APPROVE,
        REJECT
    }

    /** What became of it. */
    public enum Outcome {
        /** The transaction is on its way, now or since before. */
        CAST,
        /** The chain says so already. */
        STANDS,
        /** The chain has no such node, or keeps it out. */
        NO_NODE
    }

    /** The same vote of the same round is cast once. Throws when the chain does not answer. */
    public Outcome cast(long chainId, String node, Vote vote, String reason) {
        Known chain = chains.find(chainId).orElseThrow(() -> new IllegalStateException("there is no chain " + chainId));
        SigningKey key = chain.key();
        if (key == null || chain.contracts().isEmpty()) {
            throw new IllegalStateException("chain " + chainId + " has no key or no contracts yet");
        }
        Optional<Map<String, String>> known =
                database.withConnection(connection -> ChainStates.newest(connection, chainId, "node", node));
        if (known.isEmpty() || !is(known.get(), "registered") || is(known.get(), "ejected")) {
            return Outcome.NO_NODE;
        }
        if (vote == Vote.APPROVE && is(known.get(), "validated")) {
            return Outcome.STANDS;
        }
        OperatorCalls.Verdict verdict =
                vote == Vote.APPROVE ? OperatorCalls.Verdict.APPROVED : OperatorCalls.Verdict.REJECTED;
        BigInteger round = round(chain, node, verdict);
        if (vote == Vote.REJECT && isRejected(chain, node, round)) {
            return Outcome.STANDS;
        }
        ask(chain, key, node, vote, OperatorCalls.vote(chain, node, round, verdict, reason), round);
        return Outcome.CAST;
    }

    /**
     * Whether the node's newest verdict rejects it and nothing was judged anew since. That a node is not validated says no such
     * thing: who was never approved, or described itself anew, can still be found cheating.
     */
    private boolean isRejected(Known chain, String node, BigInteger round) {
        String key = chain.address("ComputeNodes") + "/" + OperatorCalls.subjectOf(node);
        return database.withConnection(connection -> ChainStates.newest(connection, chain.chainId(), "verdict", key))
                .filter(newest -> REJECTED.equals(newest.get("verdict")))
                .map(newest -> new BigInteger(newest.getOrDefault("round", "0")))
                .filter(judged -> judged.add(BigInteger.ONE).equals(round))
                .isPresent();
    }

    private static boolean is(Map<String, String> node, String member) {
        return "true".equals(node.get(member));
    }

    private void ask(Known chain, SigningKey key, String node, Vote vote, Intent intent, BigInteger round) {
        String purpose = "vote/" + node + "/" + round + "/" + vote;
        database.doInTransaction(connection -> {
            // with whatever reason: a round is voted in once
            if (gateway.find(connection, chain.chainId(), purpose).isEmpty()) {
                gateway.ask(connection, chain.chainId(), key.address(), purpose, intent);
            }
        });
        outbox.wake();
    }

    private BigInteger round(Known chain, String node, OperatorCalls.Verdict verdict) {
        try {
            return new BigInteger(1, chains.read(chain.chainId(), OperatorCalls.roundOf(chain, node, verdict)));
        } catch (RpcException e) {
            throw new IllegalStateException("the chain does not say which round node " + node + " is in", e);
        }
    }
}
