package io.pithead.miner.chain.core;

/** What the chain says of a node, in the contract's order. */
public enum NodeState {
    UNKNOWN("is not registered"),
    REGISTERED("waits for the validators"),
    VALIDATED("is validated and can be invited"),
    ACTIVE("works in a run"),
    INACTIVE("is in no open run, or its provider is not in good standing"),
    EJECTED("is ejected: only the network's operators can reinstate it");

    private final String words;

    NodeState(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}
