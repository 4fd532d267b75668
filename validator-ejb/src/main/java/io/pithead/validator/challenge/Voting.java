package io.pithead.validator.challenge;

import io.pithead.coordinator.chain.ValidatorVotes.Outcome;
import io.pithead.coordinator.chain.ValidatorVotes.Vote;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.challenge.Verdict;
import io.pithead.validator.challenge.VoteStore.Attested;
import io.pithead.validator.challenge.core.Votes;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says on the chain what was attested. Attestations are gone through in their order, from the first one after a start, and a vote is the same
 * however often it is cast.
 */
final class Voting {
    private static final Logger LOG = System.getLogger(Voting.class.getName());
    private static final int PER_ROUND = 100;
    /** Then the others have their turn; the next attestation of the node brings it back. */
    private static final int MAX_TRIES = 10;

    private final Database database;
    private final Ballot ballot;
    private final InstantSource clock;
    private long after;
    private int tries;

    /** The chain, as far as a validator speaks to it. */
    @FunctionalInterface
    interface Ballot {
        /** Throws when the chain does not answer. */
        Outcome cast(String node, Vote vote, String reason);
    }

    Voting(Database database, Ballot ballot, InstantSource clock) {
        this.database = database;
        this.ballot = ballot;
        this.clock = clock;
    }

    void round() {
        List<Attested> attested = database.withConnection(connection -> VoteStore.after(connection, after, PER_ROUND));
        // what was said in this very round
        var said = new HashMap<String, Verdict>();
        for (Attested one : attested) {
            Verdict before = said.getOrDefault(one.node(), one.voted());
            if (Votes.says(before, one.verdict()) && !vote(one, said)) {
                return;
            }
            after = one.seq();
            tries = 0;
        }
    }

    /** False while it is worth another try. */
    private boolean vote(Attested attested, Map<String, Verdict> said) {
        Outcome outcome;
        try {
            Vote vote = attested.verdict() == Verdict.VALID ? Vote.APPROVE : Vote.REJECT;
            outcome = ballot.cast(attested.node(), vote, "attestation " + attested.digest());
        } catch (IllegalStateException e) {
            tries++;
            if (tries < MAX_TRIES) {
                return false;
            }
            LOG.log(Level.WARNING, () -> "validator.not_voted node=" + attested.node() + " reason=" + e.getMessage());
            return true;
        }
        boolean unknown = outcome == Outcome.NO_NODE && attested.verdict() == Verdict.VALID;
        if (!unknown) {
            said.put(attested.node(), attested.verdict());
            database.doInTransaction(connection -> VoteStore.put(connection, attested, clock.instant()));
            LOG.log(
                    Level.INFO,
                    () -> "validator.voted node=" + attested.node() + " verdict=" + attested.verdict() + " outcome="
                            + outcome);
        }
        return true;
    }
}
