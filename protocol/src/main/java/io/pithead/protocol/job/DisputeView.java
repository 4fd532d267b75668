package io.pithead.protocol.job;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dispute about a job, as its buyer and the provider that was paid for it see it; {@code reason} is for the buyer alone.
 * {@code spent} is what of the deposit replicas earned, {@code refunded} what was withdrawn of the job's pay. What replicas
 * answered is told when there is an outcome, and who they are is not.
 */
public record DisputeView(
        UUID id,
        UUID job,
        State state,
        @Nullable String reason,
        String outputSha,
        String deposit,
        String spent,
        String refunded,
        Instant openedAt,
        Instant deadline,
        @Nullable Instant decidedAt,
        List<Evidence> items) {

    public DisputeView {
        items = List.copyOf(items);
    }

    /** Where it is, and what came of it. */
    public enum State {
        /** It is judged; what the job paid does not mature. */
        OPEN,
        /** Others agree on another result: the pay is the buyer's again. */
        UPHELD,
        /** Others agree with it. */
        REJECTED,
        /** Others did not agree in time: the pay stays. */
        UNDECIDED
    }

    /** What a fresh replica answered; {@code verdict} is {@code PAID}, {@code DISSENTED} or {@code IDLE}. */
    public record Evidence(
            int number,
            @Nullable String outputSha,
            @Nullable String verdict) {}
}
