package io.pithead.protocol.challenge;

import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.node.Mode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node as a validator sees it: what its miner says of it, and when that was last heard.
 *
 * @param address of the node's key
 * @param hardware absent where the miner said nothing
 * @param diskMb free where the miner works
 * @param challenges the kinds that its miner answers; absent where that is of before there were others than products and memory
 */
public record ClaimedNode(
        String address,
        Mode mode,
        Boolean gpu,
        @Nullable Hardware hardware,
        @Nullable Long diskMb,
        @Nullable List<String> challenges,
        Boolean online,
        Instant seenAt) {
    public ClaimedNode {
        challenges = challenges == null ? null : List.copyOf(challenges);
    }

    public boolean answers(ChallengeKind kind) {
        return challenges == null
                ? kind == ChallengeKind.COMPUTE || kind == ChallengeKind.MEMORY
                : challenges.contains(kind.name());
    }
}
