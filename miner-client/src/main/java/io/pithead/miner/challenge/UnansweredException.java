package io.pithead.miner.challenge;

/** A challenge that this node does not answer now; the message says why. */
public final class UnansweredException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnansweredException(String why) {
        super(why);
    }
}
