package io.pithead.protocol.challenge;

/** The judgement of a challenge or a charge. Only what the node itself signed makes it invalid; all else that is not valid is inconclusive. */
public enum Verdict {
    VALID,
    INVALID,
    INCONCLUSIVE
}
