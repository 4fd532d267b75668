package io.pithead.coordinator.settlement.core;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;

/**
 * The next step of an epoch whose leaves are known. What is on the chain counts as far as it is final; what is missing or not
 * final yet makes it wait, with a reason.
 */
public final class EpochPolicy {
    private EpochPolicy() {}

    /** A transaction that was asked for. */
    public sealed interface Asked {
        /** @param state in the gateway's words */
        record Underway(String state) implements Asked {}

        /** In a block; what comes after it may be sent. */
        record Mined() implements Asked {}

        /** It will not come about by itself. */
        record Failed(String reason) implements Asked {}
    }

    /** What a root is over. */
    public record Root(String hash, BigInteger total, String leavesHash) {}

    /** A root as the chain has it, in a final block. */
    public record Posted(Root root, Instant activeAt, boolean withdrawn) {}

    /**
     * @param root ours
     * @param funded all that the contract was ever given
     * @param approval that the contract may take the money, and the taking of it
     * @param chainTime of the newest block that was read
     */
    public record Facts(
            EpochState state,
            Root root,
            BigInteger funded,
            Optional<Asked> approval,
            Optional<Asked> funding,
            Optional<Asked> posting,
            Optional<Posted> posted,
            Instant chainTime) {}

    /** What is to be done now. */
    public sealed interface Step {
        record Approve(BigInteger amount) implements Step {}

        record Fund(BigInteger amount) implements Step {}

        /** There is enough. */
        record Funded() implements Step {}

        record Post() implements Step {}

        record Pend(Instant activeAt) implements Step {}

        record Activate() implements Step {}

        record Withdraw(Instant activeAt) implements Step {}

        record Wait(String reason) implements Step {}

        /** Until a person does something about it. */
        record Stuck(String reason) implements Step {}

        /** It has come to its end. */
        record Rest() implements Step {}
    }

    public static Step next(Facts facts) {
        return switch (facts.state()) {
            case CLOSING, HASHING -> throw new IllegalArgumentException("its leaves are not known yet");
            case FUNDING -> funding(facts);
            case POSTING -> posting(facts);
            case PENDING -> pending(facts);
            case ACTIVE, WITHDRAWN -> new Step.Rest();
        };
    }

    private static Step funding(Facts facts) {
        BigInteger missing = facts.root().total().subtract(facts.funded());
        if (missing.signum() <= 0) {
            return new Step.Funded();
        }
        if (facts.approval().isEmpty()) {
            return new Step.Approve(missing);
        }
        if (!(facts.approval().get() instanceof Asked.Mined)) {
            return waiting("approval", facts.approval().get());
        }
        // never more than was approved: what is missing only shrinks
        return facts.funding().map(asked -> waiting("funding", asked)).orElseGet(() -> new Step.Fund(missing));
    }

    private static Step posting(Facts facts) {
        if (facts.posted().isEmpty()) {
            return facts.posting().map(asked -> waiting("root", asked)).orElseGet(Step.Post::new);
        }
        Posted posted = facts.posted().get();
        if (posted.withdrawn()) {
            return new Step.Withdraw(posted.activeAt());
        }
        return posted.root().equals(facts.root())
                ? new Step.Pend(posted.activeAt())
                : new Step.Stuck("the chain has another root for this epoch: "
                        + posted.root().hash());
    }

    private static Step pending(Facts facts) {
        if (facts.posted().isEmpty()) {
            return new Step.Wait("the chain is being read again");
        }
        Posted posted = facts.posted().get();
        if (posted.withdrawn()) {
            return new Step.Withdraw(posted.activeAt());
        }
        return facts.chainTime().isBefore(posted.activeAt())
                ? new Step.Wait("validators may withdraw the root until " + posted.activeAt())
                : new Step.Activate();
    }

    private static Step waiting(String what, Asked asked) {
        String transaction = "the transaction with the " + what;
        return switch (asked) {
            case Asked.Underway underway -> new Step.Wait(transaction + " is " + underway.state());
            case Asked.Mined mined -> new Step.Wait(transaction + " is in a block that is not final");
            case Asked.Failed failed -> new Step.Stuck(transaction + " failed: " + failed.reason());
        };
    }
}
