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
    NETWORK,
    /** What a container says of itself that was closed in as it was asked for. */
    CONTAINER;

    /** Pages, and not rows of a product, blocks of a stream or what a container said. */
    public boolean isOfPages() {
        return this == MEMORY || this == STORAGE;
    }
}
