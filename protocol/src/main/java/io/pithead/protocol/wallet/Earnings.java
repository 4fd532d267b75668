package io.pithead.protocol.wallet;

import io.pithead.protocol.json.Checks;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/wallet/earnings}: what each machine of a provider earned, the most first; amounts as decimal strings of the
 * wallet's unit.
 *
 * @param more there was too much to count: these are the latest payments, and not all since then
 */
public record Earnings(Instant since, List<OfNode> items, boolean more) {
    public Earnings {
        new Checks().present("items", items).done();
        items = List.copyOf(items);
    }

    /**
     * @param jobs paid ones
     * @param minerId absent where the node is no longer known
     * @param withdrawn of what was earned, because the work was judged anew
     */
    public record OfNode(UUID node, @Nullable String minerId, long jobs, String earned, String withdrawn) {}
}
