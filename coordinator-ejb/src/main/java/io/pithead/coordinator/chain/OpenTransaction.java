package io.pithead.coordinator.chain;

import io.pithead.coordinator.chain.core.FeePolicy.Offer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that was signed and is not final.
 *
 * @param minedIn hash of the block that it was seen in
 * @param attempts its signatures with this nonce, in their order; at least one
 */
record OpenTransaction(
        UUID id,
        String purpose,
        Intent intent,
        long nonce,
        @Nullable String minedIn,
        List<Attempt> attempts) {
    OpenTransaction {
        attempts = List.copyOf(attempts);
    }

    /** @param seq counts all signatures of the transaction, those with earlier nonces too */
    record Attempt(
            int seq,
            String hash,
            byte[] raw,
            long gasLimit,
            Offer offer,
            Duration signedAgo,
            Optional<Duration> sentAgo) {}

    Attempt newest() {
        return attempts.getLast();
    }

    boolean isMined() {
        return minedIn != null;
    }

    List<String> hashes() {
        return attempts.stream().map(Attempt::hash).toList();
    }
}
