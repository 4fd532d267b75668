package io.pithead.protocol.challenge;

/** How a node's time for a right answer compares with that of others that say they are the same hardware; no vote follows from it. */
public enum Timing {
    /** As theirs are. */
    USUAL,
    /** Far from theirs, for the first time or the second: what the hardware is stays open. */
    FAR,
    /** Far from theirs again and again: it may not be the hardware that it says it is. */
    SUSPICIOUS
}
