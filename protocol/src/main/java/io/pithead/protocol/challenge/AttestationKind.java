package io.pithead.protocol.challenge;

/** What an attestation is about: a challenge of that kind, or work. */
public enum AttestationKind {
    COMPUTE,
    MEMORY,
    STORAGE,
    NETWORK,
    CONTAINER,
    /** The answers of a charge, done once more. */
    WORK;

    public static AttestationKind of(ChallengeKind kind) {
        return valueOf(kind.name());
    }
}
