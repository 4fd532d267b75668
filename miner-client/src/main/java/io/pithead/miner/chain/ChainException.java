package io.pithead.miner.chain;

/** Something on the chain cannot be done; the message is for the owner and says what to do next. */
public class ChainException extends Exception {
    private static final long serialVersionUID = 1L;

    public ChainException(String message) {
        super(message);
    }
}
