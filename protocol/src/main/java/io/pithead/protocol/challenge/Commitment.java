package io.pithead.protocol.challenge;

import io.pithead.protocol.signing.WalletKey;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The node's word for what the product or the memory is, before it knows what it will be asked.
 *
 * @param challenge the id of the challenge
 * @param answers the challenge's digest
 * @param root of the {@link RowTree} over the product's rows, or the memory's pages; of a stream {@link NetworkStream#root}, of a container {@link ContainerFacts#digest}
 */
public record Commitment(
        UUID challenge,
        String answers,
        String root,
        @Nullable String signature) implements ChallengeMessage {
    public Commitment {
        new MessageChecks()
                .present("challenge", challenge)
                .bytes32("answers", answers)
                .bytes32("root", root)
                .signed(signature);
    }

    public Commitment signed(long chain, WalletKey key) {
        return new Commitment(challenge, answers, root, signatureOf(chain, key));
    }
}
