package io.pithead.coordinator.verify;

import io.pithead.coordinator.job.ReplicaJobs.Original;
import io.pithead.coordinator.verify.core.Quorum;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.Verification;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
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
        List<Seat> seats,
        @Nullable Known known,
        Map<UUID, String> classes) {

    /** What a canary's answer should be: that of an earlier job. */
    record Known(UUID source, String answer, List<Voter> voters) {}

    /** Who gave it. @param job the replica, or the job itself */
    record Voter(UUID job, UUID node, UUID provider) {}

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

    /** The same, where outputs of one class are one answer. */
    Case compared(Map<UUID, String> byJob) {
        return new Case(
                id,
                job,
                ranOn,
                mode,
                policy,
                held,
                slice,
                deadline,
                attempt,
                maxAttempts,
                maxRuntimeS,
                now,
                seats,
                known,
                byJob);
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
                seats,
                null,
                Map.of());
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

    /** All that is said of it: of a canary also what was said before. */
    List<Quorum.Replica> votes() {
        Stream<Quorum.Replica> before = known == null
                ? Stream.of()
                : known.voters.stream()
                        .map(one -> new Quorum.Replica(one.job, Quorum.State.ANSWERED, one.provider, known.answer));
        return Stream.concat(before, seats.stream().map(Seat::vote))
                .map(this::inItsClass)
                .toList();
    }

    private Quorum.Replica inItsClass(Quorum.Replica vote) {
        return vote.answer() == null
                ? vote
                : new Quorum.Replica(vote.id(), vote.state(), vote.provider(), answer(vote.id(), vote.answer()));
    }

    /** What an output is called: its digest, or that of the class it is in. */
    private String answer(UUID of, String digest) {
        return classes.getOrDefault(of, digest);
    }

    /** The digest of what this one answered, which it must have. */
    String outputOf(UUID replica) {
        return Objects.requireNonNull(seats.stream()
                .filter(seat -> seat.job.equals(replica))
                .findFirst()
                .orElseThrow()
                .outputSha);
    }

    /** That of the job itself, which there must be. */
    String given() {
        return answer(job.id(), Objects.requireNonNull(first().outputSha));
    }

    /** Whose outputs a canary is compared with. */
    List<UUID> knownJobs() {
        return known == null ? List.of() : known.voters.stream().map(Voter::job).toList();
    }

    /** What a canary's answer should be. */
    String expected() {
        Known told = Objects.requireNonNull(known);
        return answer(told.voters.getFirst().job, told.answer);
    }

    /** Answers that there are, however many gave each. */
    long answers() {
        return votes().stream()
                .filter(vote -> vote.state() == Quorum.State.ANSWERED)
                .map(Quorum.Replica::answer)
                .distinct()
                .count();
    }
}
