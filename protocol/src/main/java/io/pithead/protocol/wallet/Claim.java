package io.pithead.protocol.wallet;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/wallet/claim}: what the caller's payout address may claim of {@code rewards} on the chain, with the proof that
 * the contract checks. It is the newest root that is active, or else the newest pending one; before the first there is none and
 * {@code epoch} is absent. {@code cumulative} counts from the beginning, so one claim takes all epochs before it too.
 *
 * @param rewards the contract
 * @param claimed what the chain says was taken already
 * @param activeAt from when the root can be claimed under
 */
public record Claim(
        long chain,
        String rewards,
        String account,
        @Nullable Long epoch,
        @Nullable String root,
        String cumulative,
        String claimed,
        List<String> proof,
        @Nullable Instant activeAt) {
    public Claim {
        proof = List.copyOf(proof);
    }
}
