package io.pithead.coordinator.chain;

/** A node did not answer, or not as a node does. It says nothing about what the chain is. */
public final class RpcException extends Exception {
    private static final long serialVersionUID = 1L;

    public RpcException(String message) {
        super(message);
    }
}
