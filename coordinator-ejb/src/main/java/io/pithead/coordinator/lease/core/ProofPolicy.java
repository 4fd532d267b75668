package io.pithead.coordinator.lease.core;

import io.pithead.protocol.job.JobState;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Decides what to make of a proof, a progress or a failure report. The token, not the claim, says who holds a job. */
public final class ProofPolicy {
    private ProofPolicy() {}

    /** The job as it is: {@code provider} is the account of the node of the newest lease. */
    public record Held(
            JobState state,
            @Nullable Long token,
            @Nullable UUID provider,
            @Nullable String outputSha) {}

    /** What becomes of it. */
    public enum Verdict {
        /** The live lease is the sender's: go on. */
        ACCEPT,
        /** The same proof was accepted before: the same receipt again. */
        REPLAY,
        /** A proof with another digest was accepted under this lease. */
        PROOF_CONFLICT,
        /** The sender's lease is over; another may hold the job. */
        LEASE_LOST,
        /** The buyer no longer wants the job. */
        CANCELED,
        /** The job ended without this proof. */
        ENDED,
        /** The sender never had this job: it learns nothing about it. */
        UNKNOWN
    }

    /** @param lease the token the sender names, if any: the AITBC guide's script names none */
    public static Verdict ofProof(Held job, UUID sender, @Nullable Long lease, String outputSha) {
        if (!sender.equals(job.provider())) {
            return Verdict.UNKNOWN;
        }
        if (lease != null && !lease.equals(job.token())) {
            return Verdict.LEASE_LOST;
        }
        return switch (job.state()) {
            case LEASED, RUNNING -> Verdict.ACCEPT;
            case VERIFYING, COMPLETED -> outputSha.equals(job.outputSha()) ? Verdict.REPLAY : Verdict.PROOF_CONFLICT;
            case QUEUED -> Verdict.LEASE_LOST;
            case CANCELED -> Verdict.CANCELED;
            case EXPIRED, FAILED -> Verdict.ENDED;
        };
    }

    /** Progress and failure always name their lease. */
    public static Verdict ofReport(Held job, UUID sender, long lease) {
        if (!sender.equals(job.provider())) {
            return Verdict.UNKNOWN;
        }
        if (!Long.valueOf(lease).equals(job.token())) {
            return Verdict.LEASE_LOST;
        }
        return switch (job.state()) {
            case LEASED, RUNNING -> Verdict.ACCEPT;
            case QUEUED -> Verdict.LEASE_LOST;
            case CANCELED -> Verdict.CANCELED;
            case VERIFYING, COMPLETED, EXPIRED, FAILED -> Verdict.ENDED;
        };
    }
}
