package io.pithead.coordinator.verify;

import io.pithead.coordinator.job.ReplicaJobs.Original;
import io.pithead.coordinator.verify.core.Quorum;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.Verification;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job that is to be judged, locked with all of its replicas; {@code seats} in the order of their numbers.
 *
 * @param id the job's, or of a dispute about it: then the job has its answer, and no seat
 * @param ranOn the node whose like replicas are given to; none before anybody has run it
 */
record Case(
        UUID id,
        Original job,
        @Nullable UUID ranOn,
        Verification.Mode mode,
        Quorum.Policy policy,
        BigInteger held,
        int slice,
        @Nullable Instant deadline,
        int attempt,
        int maxAttempts,
        int maxRuntimeS,
        Instant now,
        List<Seat> seats) {

    /**
     * A replica, or as number 0 the job itself.
     *
     * @param node that it was given to by the judge
     * @param holder provider of its newest lease
     */
    record Seat(
            int number,
            UUID job,
            JobState state,
            @Nullable UUID node,
            @Nullable UUID provider,
            @Nullable Instant assignedAt,
            @Nullable UUID holderNode,
            @Nullable UUID holder,
            @Nullable String outputSha) {

        Quorum.Replica vote() {
            return switch (state) {
                case QUEUED -> new Quorum.Replica(job, Quorum.State.QUEUED, null, null);
                case LEASED, RUNNING -> new Quorum.Replica(job, Quorum.State.HELD, holder, null);
                case VERIFYING ->
                    new Quorum.Replica(
                            job,
                            Quorum.State.ANSWERED,
                            Objects.requireNonNull(holder),
                            Objects.requireNonNull(outputSha));
                case COMPLETED, CANCELED, EXPIRED, FAILED -> new Quorum.Replica(job, Quorum.State.GONE, null, null);
            };
        }
    }

    /** The same, with its own miner's word for the answer. */
    Case trusted() {
        return new Case(
                id,
                job,
                ranOn,
                mode,
                Quorum.Policy.SINGLE,
                held,
                slice,
                deadline,
                attempt,
                maxAttempts,
                maxRuntimeS,
                now,
                seats);
    }

    boolean byHash() {
        return mode == Verification.Mode.HASH;
    }

    Seat first() {
        return seats.getFirst();
    }

    boolean isDispute() {
        return !id.equals(job.id());
    }

    /** Answers that there are, however many gave each. */
    long answers() {
        return seats.stream()
                .filter(seat -> seat.state == JobState.VERIFYING)
                .map(Seat::outputSha)
                .distinct()
                .count();
    }
}
