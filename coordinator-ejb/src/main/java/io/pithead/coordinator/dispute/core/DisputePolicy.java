package io.pithead.coordinator.dispute.core;

import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.DisputeView.State;
import io.pithead.protocol.job.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When a job may be disputed, and how a dispute ends: from facts alone, and always. */
public final class DisputePolicy {
    /** The judgement ends at the deadline; one that has not by then is waited for no longer than this. */
    public static final Duration GRACE = Duration.ofMinutes(10);

    private DisputePolicy() {}

    /** What a job is to whoever wants to dispute it. */
    public enum Kind {
        /** A job whose output can be compared with others'. */
        JUDGEABLE,
        /** A container of a task: it has no output. */
        CONTAINER,
        /** A replica: the job that it repeats is what can be disputed. */
        REPLICA,
        /** The buyer named what must come out, and it did. */
        EXPECTED,
        /** The operator says that its workload never gives the same twice. */
        NEVER_THE_SAME
    }

    /**
     * @param disputed before, whatever came of it
     * @param paid something, at any time
     */
    public record Claim(Kind kind, JobState state, boolean disputed, boolean paid) {}

    public record Refusal(ErrorCode code, String message) {}

    /** Nothing of what it paid can be held any more. */
    public static final Refusal TOO_LATE = new Refusal(ErrorCode.DISPUTE_TOO_LATE, "What the job paid has matured.");

    /** Empty if it may be disputed, as long as what it paid is locked. */
    public static Optional<Refusal> refusal(Claim claim) {
        String not = notJudgeable(claim.kind());
        if (not != null) {
            return Optional.of(new Refusal(ErrorCode.NOT_JUDGEABLE, not));
        }
        if (claim.state() != JobState.COMPLETED) {
            return Optional.of(new Refusal(ErrorCode.CONFLICT_STATE, "Only a job that is completed can be disputed."));
        }
        if (claim.disputed()) {
            return Optional.of(new Refusal(ErrorCode.ALREADY_DISPUTED, "A job is disputed once."));
        }
        if (!claim.paid()) {
            return Optional.of(new Refusal(ErrorCode.NOT_JUDGEABLE, "The job paid nothing."));
        }
        return Optional.empty();
    }

    private static @Nullable String notJudgeable(Kind kind) {
        return switch (kind) {
            case JUDGEABLE -> null;
            case CONTAINER -> "A container has no output to compare.";
            case REPLICA -> "It repeats another job: dispute that one.";
            case EXPECTED -> "Its output is the one that was expected.";
            case NEVER_THE_SAME -> "Its workload does not give the same output twice.";
        };
    }

    /**
     * @param outputSha of the job
     * @param judged whether its replicas were
     * @param agreed the digest that they agreed on
     */
    public record Facts(
            String outputSha, boolean judged, @Nullable String agreed, Instant deadline) {}

    public static State decide(Facts facts, Instant now) {
        if (!facts.judged()) {
            return now.isBefore(facts.deadline().plus(GRACE)) ? State.OPEN : State.UNDECIDED;
        }
        if (facts.agreed() == null) {
            return State.UNDECIDED;
        }
        return facts.agreed().equals(facts.outputSha()) ? State.REJECTED : State.UPHELD;
    }
}
