package io.pithead.miner.agent;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.InputRef;
import io.pithead.protocol.job.Proof;
import org.jspecify.annotations.Nullable;

/** A result that waits to be acknowledged: a proof, with the file that must be uploaded before it, or a failure. */
record SpoolEntry(
        @Nullable Proof proof,
        @Nullable Failure failure,
        @Nullable InputRef upload) {

    static SpoolEntry of(Proof proof, @Nullable InputRef upload) {
        return new SpoolEntry(proof, null, upload);
    }

    static SpoolEntry of(Failure failure) {
        return new SpoolEntry(null, failure, null);
    }

    Attempt attempt() {
        if (proof != null && proof.lease() != null) {
            return new Attempt(proof.id(), proof.lease());
        }
        if (failure != null) {
            return new Attempt(failure.id(), failure.lease());
        }
        throw new IllegalStateException("an entry without an attempt");
    }
}
