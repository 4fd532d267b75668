package io.pithead.protocol.job;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A charge as everybody sees it. With its answers, once it is over, anybody can check it: a node signed that this is the output of that
 * request, and validators signed that it is another one.
 *
 * @param node its address
 * @param wrong how many of the answers were found wrong
 * @param right how many were found right after all
 */
public record ChargeView(
        UUID id,
        String node,
        Instant openedAt,
        Instant until,
        int charged,
        int wrong,
        int right,
        @Nullable Outcome outcome,
        @Nullable Instant closedAt,
        @Nullable List<Answer> answers) {
    public ChargeView {
        answers = answers == null ? null : List.copyOf(answers);
    }

    /** What came of it; absent until then. */
    public enum Outcome {
        /** Three answers or more are wrong: validators vote the node out, where there is a chain. */
        CONFIRMED,
        /** So many are right that no three can be wrong: the node works again. */
        CLEARED,
        /** Nobody could tell in time; what was decided before stays. */
        UNDECIDED
    }

    public record Answer(ProofClaim claim, List<Finding> findings) {
        public Answer {
            findings = List.copyOf(findings);
        }
    }
}
