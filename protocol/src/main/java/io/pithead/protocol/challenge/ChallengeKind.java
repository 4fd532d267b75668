package io.pithead.protocol.challenge;

/** What a challenge is about. */
public enum ChallengeKind {
    /** A product of two matrices, committed to by its rows. */
    COMPUTE,
    /** Pages that follow from each other, committed to while they are held. */
    MEMORY,
    /** The same pages, in a file. */
    STORAGE;

    /** Pages, and not rows of a product. */
    public boolean isOfPages() {
        return this != COMPUTE;
    }
}
