package io.pithead.miner.chain;

/** A transaction is on its way and in no block yet: the next start finds it and does not send it again. */
public final class PendingException extends ChainException {
    private static final long serialVersionUID = 1L;

    PendingException(String hash) {
        super("the transaction " + hash + " is sent and in no block yet; run the same command again to see what became"
                + " of it: it is not sent twice");
    }
}
