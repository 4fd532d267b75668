package io.pithead.protocol.wallet;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/admin/settlement/reconcile}: ledger, tree and chain beside each other, final blocks only.
 *
 * @param epoch the newest whose root is known
 * @param withdrawn from the ledger by epochs
 * @param leaves the sum of them
 * @param total of the newest root on the chain
 * @param differences none when all agree; at most a hundred of a kind
 */
public record Reconciliation(
        long chain,
        @Nullable Long epoch,
        Instant at,
        String withdrawn,
        String leaves,
        String funded,
        String total,
        String claimed,
        List<Difference> differences) {
    public Reconciliation {
        differences = List.copyOf(differences);
    }

    /** @param subject an account, an address or an epoch, by the kind */
    public record Difference(String kind, String subject, String expected, String found) {}
}
