package io.pithead.protocol.challenge;

/**
 * A challenge of a node's line, with what its coordinator sends the node; the node itself learns the key with the question.
 *
 * @param key of the {@link NetworkStream}: 32 bytes that nobody knew before
 */
public record NetworkOffer(Challenge challenge, String key) {
    public NetworkOffer {
        new MessageChecks()
                .present("challenge", challenge)
                .that(
                        "challenge",
                        challenge == null || challenge.kind() == ChallengeKind.NETWORK,
                        "must be one of the network")
                .bytes32("key", key)
                .done();
    }
}
