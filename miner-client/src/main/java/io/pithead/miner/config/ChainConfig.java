package io.pithead.miner.config;

import java.math.BigInteger;
import java.net.URI;
import java.util.List;

/**
 * How the chain is reached, and what is paid there at most.
 *
 * @param rpc in the order of preference; none means that there is no chain
 * @param maxFeeWei for each unit of gas
 */
public record ChainConfig(List<URI> rpc, BigInteger maxFeeWei) {
    public ChainConfig {
        rpc = List.copyOf(rpc);
    }

    public boolean isOn() {
        return !rpc.isEmpty();
    }

    /** The URLs often hold keys. */
    @Override
    public String toString() {
        return "ChainConfig[" + rpc.size() + " nodes, at most " + maxFeeWei + " wei]";
    }
}
