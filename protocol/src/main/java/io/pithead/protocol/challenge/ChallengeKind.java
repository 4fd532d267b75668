package io.pithead.protocol.challenge;

/** What a challenge is about. */
public enum ChallengeKind {
    /** A product of two matrices, committed to by its rows. */
    COMPUTE,
    /** Pages that follow from each other, committed to while they are held. */
    MEMORY,
    /** The same pages, in a file. */
    STORAGE,
    /** A stream from the coordinator, committed to by its digest, and blocks of it back. */
    NETWORK;

    /** Pages, and not rows of a product or blocks of a stream. */
    public boolean isOfPages() {
        return this == MEMORY || this == STORAGE;
    }
}
