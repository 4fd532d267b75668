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
        if (is(known.get(), "validated") == (vote == Vote.APPROVE)) {
            return Outcome.STANDS;
        }
        ask(chain, key, node, vote, reason);
        return Outcome.CAST;
    }

    private static boolean is(Map<String, String> node, String member) {
        return "true".equals(node.get(member));
    }

    private void ask(Known chain, SigningKey key, String node, Vote vote, String reason) {
        OperatorCalls.Verdict verdict =
                vote == Vote.APPROVE ? OperatorCalls.Verdict.APPROVED : OperatorCalls.Verdict.REJECTED;
        BigInteger round = round(chain, node, verdict);
        String purpose = "vote/" + node + "/" + round + "/" + vote;
        Intent intent = OperatorCalls.vote(chain, node, round, verdict, reason);
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
