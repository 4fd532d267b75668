package io.pithead.miner.challenge;

import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.ContainerFacts;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import java.time.Duration;
import java.util.List;

/** The answer to one challenge of the engine. Where no container runs, that is the answer, with the reason: nobody has to wait for it. */
final class ContainerProof implements Proving {
    private static final System.Logger LOG = System.getLogger(ContainerProof.class.getName());

    private final Challenge challenge;
    private final ContainerTrial trial;
    private String facts = "";

    ContainerProof(Challenge challenge, ContainerTrial trial) {
        this.challenge = challenge;
        this.trial = trial;
    }

    @Override
    public Commitment commitment(Duration within) throws InterruptedException {
        try {
            facts = trial.facts(challenge, within);
        } catch (UnansweredException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "challenge.no-container id=" + challenge.id() + " why=" + e.getMessage());
            facts = ContainerFacts.none(String.valueOf(e.getMessage()));
        }
        return new Commitment(challenge.id(), challenge.digest(), ContainerFacts.digest(challenge, facts), null);
    }

    @Override
    public Opening open(Question question, Duration within) {
        OpenedRow said = OpenedRow.of(0, ContainerFacts.page(facts));
        return new Opening(challenge.id(), question.digest(), List.of(said), null);
    }

    @Override
    public void close() {
        // the container is gone since it ended
    }
}
