package io.pithead.protocol.job;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/jobs/{id}/explain}: why a job waits. {@code refusals} counts live nodes by every reason that keeps them
 * from it; {@code relaxation} is the smallest change of the request that some node would then match; {@code run} the one that
 * the job names.
 */
public record Explanation(
        UUID id,
        JobState state,
        String summary,
        int nodes,
        int eligible,
        Map<String, Integer> refusals,
        @Nullable Integer ahead,
        List<Relaxation> relaxation,
        @Nullable RunStanding run) {

    /** {@code healthy} nodes of it may get its work while it is OPEN. */
    public record RunStanding(UUID id, String state, long healthy) {}

    /** Change this member of the request from what it is to what a node has; {@code nodes} would then match. */
    public record Relaxation(
            String member, @Nullable String from, @Nullable String to, int nodes) {}

    public Explanation {
        refusals = Map.copyOf(refusals);
        relaxation = List.copyOf(relaxation);
    }
}
