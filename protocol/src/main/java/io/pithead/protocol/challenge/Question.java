package io.pithead.protocol.challenge;

import io.pithead.protocol.signing.WalletKey;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the validator asks once the node has committed; {@link Asked} says what follows from it.
 *
 * @param challenge the id of the challenge
 * @param commitment the commitment's digest
 * @param question 32 bytes that nobody knew before
 * @param openBy when the rows have to be there
 */
public record Question(
        UUID challenge,
        String commitment,
        String question,
        Instant openBy,
        @Nullable String signature) implements ChallengeMessage {
    public Question {
        new MessageChecks()
                .present("challenge", challenge)
                .bytes32("commitment", commitment)
                .bytes32("question", question)
                .present("open_by", openBy)
                .signed(signature);
    }

    public Question signed(long chain, WalletKey key) {
        return new Question(challenge, commitment, question, openBy, signatureOf(chain, key));
    }
}
