package io.pithead.protocol.challenge;

/** How far a challenge is at the coordinator that carries it. */
public enum ChallengeState {
    /** The node is offered it with its heartbeats. */
    OFFERED,
    /** The node has committed, and the validator has to ask. */
    COMMITTED,
    /** The node is to open what it was asked for. */
    ASKED,
    /** The node has opened, and the validator has to judge. */
    OPENED,
    /** The validator has judged. */
    JUDGED,
    /** Nobody said anything more until it was too late for all. */
    CLOSED
}
