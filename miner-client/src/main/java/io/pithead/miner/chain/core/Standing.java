package io.pithead.miner.chain.core;

/** How a provider stands, in the contract's order. */
public enum Standing {
    UNKNOWN("is not registered"),
    BLACKLISTED("is blacklisted: only the network's operators can pardon it"),
    NOT_WHITELISTED("waits for the network's operators to whitelist it"),
    UNDERSTAKED("has staked less than its nodes need: pithead-miner stake AMOUNT"),
    GOOD("is in good standing");

    private final String words;

    Standing(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}
