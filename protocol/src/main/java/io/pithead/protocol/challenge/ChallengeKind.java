package io.pithead.protocol.challenge;

/** What a challenge is about. */
public enum ChallengeKind {
    /** A product of two matrices, committed to by its rows. */
    COMPUTE,
    /** Pages that follow from each other, committed to while they are held. */
    MEMORY
}
