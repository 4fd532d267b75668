package io.pithead.demo;

import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.util.Optional;

/** What a node says to one challenge that may not answer it honestly. */
public interface CheatingAnswer {
    /** What comes over the line of a challenge that sends something. */
    @FunctionalInterface
    interface Line {
        byte[] fetch() throws IOException, InterruptedException, InvalidPayloadException;
    }

    /** Empty when nothing is said. */
    Optional<Commitment> commitment();

    /** Empty when nothing is said. */
    Optional<Opening> opening(Question question);

    /** @param before the challenge before, if there was one */
    static CheatingAnswer of(Cheat cheat, WalletKey node, Challenge challenge, Optional<Challenge> before, Line line)
            throws IOException, InterruptedException, InvalidPayloadException {
        return switch (challenge.kind()) {
            case COMPUTE -> new CheatingProver(cheat, node, challenge, before);
            case MEMORY, STORAGE -> new CheatingMemory(cheat, node, challenge, before);
            case NETWORK -> new CheatingLine(cheat, node, challenge, line.fetch());
            case CONTAINER -> new CheatingContainer(cheat, node, challenge, before);
        };
    }
}
