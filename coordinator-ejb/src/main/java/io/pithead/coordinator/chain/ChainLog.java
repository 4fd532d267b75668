package io.pithead.coordinator.chain;

import java.util.List;

/**
 * What a contract said, where in the chain.
 *
 * @param topics in hexadecimal; the first names the event
 */
record ChainLog(
        long block,
        int index,
        String blockHash,
        String transactionHash,
        String address,
        List<String> topics,
        byte[] data) {
    ChainLog {
        topics = List.copyOf(topics);
    }
}
