package io.pithead.protocol.run;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A buyer's run as it is. Whoever creates it with a wallet of its own gives the chain exactly this manager and this discovery
 * URI: by them, and by the owner, it is known there.
 *
 * @param number what the chain calls it, once it has it
 * @param state CREATING (not on the chain yet), PENDING (not started), OPEN or ENDED
 * @param discoveryRun what a discovery registry calls it
 * @param escrow what of its money is where
 * @param problem why what was asked of the chain for it did not come about; the operator sees it, too
 */
public record RunView(
        UUID id,
        String name,
        long chain,
        @Nullable Long number,
        String state,
        String owner,
        String manager,
        @Nullable String requirements,
        String discoveryUri,
        @Nullable UUID discoveryRun,
        long maxNodes,
        long maxUnits,
        Instant endsAt,
        String budget,
        Escrow escrow,
        long nodes,
        @Nullable String problem,
        Instant createdAt) {
    /**
     * In tokens.
     *
     * @param reserved asked to be reserved for work
     * @param credited to the wallet here, since the chain has reserved it for good
     * @param released to those who worked
     * @param returned after the end
     */
    public record Escrow(String reserved, String credited, String released, String returned) {}
}
