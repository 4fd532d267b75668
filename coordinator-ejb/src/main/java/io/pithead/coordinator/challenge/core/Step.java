package io.pithead.coordinator.challenge.core;

import io.pithead.protocol.challenge.ChallengeState;

/** What becomes of a message. */
public sealed interface Step {
    /** It is carried, and the challenge is in this state then. */
    record Taken(ChallengeState next) implements Step {}

    /** It is here already. */
    record Same() implements Step {}

    /** A member of it is not what it has to be. */
    record Wrong(String member, String problem) implements Step {}

    /** The challenge does not take it, now or any more. */
    record Conflict(String why) implements Step {}
}
