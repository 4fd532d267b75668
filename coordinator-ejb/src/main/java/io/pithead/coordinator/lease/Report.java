package io.pithead.coordinator.lease;

import io.pithead.protocol.job.Failure;
import io.pithead.protocol.job.Progress;
import io.pithead.protocol.job.ProgressAnswer;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.receipt.Receipt;
import java.util.UUID;

/** What a miner reports about an attempt; {@code sender} is the account of its key. */
sealed interface Report {
    UUID sender();

    UUID job();

    record Proved(UUID sender, Proof proof, Signing signing) implements Report {
        @Override
        public UUID job() {
            return proof.id();
        }
    }

    record Progressed(UUID sender, Progress progress) implements Report {
        @Override
        public UUID job() {
            return progress.id();
        }
    }

    record Failed(UUID sender, Failure failure) implements Report {
        @Override
        public UUID job() {
            return failure.id();
        }
    }

    /** What the miner is answered. */
    sealed interface Answer {
        record Accepted(Receipt receipt, boolean replay) implements Answer {}

        /** Its proof is taken, and paid once it is judged. */
        record Verifying() implements Answer {}

        record Renewed(ProgressAnswer answer) implements Answer {}

        record Noted() implements Answer {}
    }
}
