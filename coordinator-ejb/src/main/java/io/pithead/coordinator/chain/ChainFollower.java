package io.pithead.coordinator.chain;

/** Somebody who keeps what a chain says in another form. */
public interface ChainFollower {
    /** After each round of reading, outside of any transaction; at every instance, whether it was the one that read. */
    void follow(long chain);
}
