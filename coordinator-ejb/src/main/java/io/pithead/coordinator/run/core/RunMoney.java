package io.pithead.coordinator.run.core;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * A run's escrow against the ledger. What a buyer has in the ledger from an escrow is reserved there for good; it enters once,
 * when the chain can take it back no more, and what was not spent leaves before the owner may have it again.
 */
public final class RunMoney {
    private RunMoney() {}

    /** What a final block says of the run. */
    public enum Standing {
        ABSENT,
        GOING,
        /** Nothing can be reserved any more. */
        OVER
    }

    /**
     * In minor units.
     *
     * @param ours the coordinator owns the run on the chain, and {@code budget} has left the ledger for its escrow
     * @param reserved asked to be reserved so far
     * @param credited to the ledger
     * @param released by settlement
     * @param returned after the end, and counted in {@code reserved} and {@code credited} no more
     */
    public record Account(
            boolean ours,
            BigInteger budget,
            BigInteger reserved,
            BigInteger credited,
            BigInteger released,
            BigInteger returned) {}

    /** As of a final block. */
    public record Escrow(BigInteger deposited, BigInteger reserved, BigInteger released, BigInteger refunded) {
        BigInteger free() {
            return deposited.subtract(reserved).subtract(released).subtract(refunded);
        }
    }

    /** @param isOpen as the newest block says @param neverCame it is not on the chain and cannot be any more */
    public record Now(Standing standing, boolean isOpen, boolean neverCame, boolean depositAsked) {}

    /** Each is done once: together with it the account changes. */
    public sealed interface Step {
        /** The budget, from our wallet into the escrow. */
        record Deposit(BigInteger amount) implements Step {}

        /** @param total with what was reserved before */
        record Reserve(BigInteger amount, BigInteger total) implements Step {}

        /** Into the buyer's wallet here. */
        record Credit(BigInteger amount) implements Step {}

        /** Of the budget what never got reserved, into the buyer's wallet here. */
        record GiveBack(BigInteger amount) implements Step {}

        /** From reserved to free; of somebody else's run at most what is available, which leaves the ledger. @param total so far */
        record Return(BigInteger amount, BigInteger total, boolean leavesLedger) implements Step {}

        /** What is free, to us. @param before how much was refunded already */
        record Refund(BigInteger before) implements Step {}
    }

    /** @param available in the buyer's wallet here */
    public static List<Step> steps(Account account, Escrow escrow, Now now, BigInteger available) {
        var steps = new ArrayList<Step>();
        if (now.isOpen() && now.standing() == Standing.GOING) {
            BigInteger more = escrow.deposited().subtract(account.reserved());
            if (more.signum() > 0) {
                steps.add(new Step.Reserve(more, escrow.deposited()));
            }
        }
        BigInteger credit = credit(account, escrow);
        if (credit.signum() > 0) {
            steps.add(new Step.Credit(credit));
        }
        switch (now.standing()) {
            case GOING -> {
                if (account.ours() && account.budget().signum() > 0 && !now.depositAsked()) {
                    steps.add(new Step.Deposit(account.budget()));
                }
            }
            case OVER -> end(steps, account, escrow, credit, available.add(credit));
            case ABSENT -> {
                if (now.neverCame() && account.ours() && account.budget().signum() > 0) {
                    steps.add(new Step.GiveBack(account.budget()));
                }
            }
        }
        return steps;
    }

    /** Nothing is reserved after the end, so nothing is credited once it has begun to go back. */
    private static BigInteger credit(Account account, Escrow escrow) {
        if (account.returned().signum() > 0) {
            return BigInteger.ZERO;
        }
        BigInteger kept = escrow.reserved().add(escrow.released()).min(account.reserved());
        return kept.subtract(account.credited()).max(BigInteger.ZERO);
    }

    private static void end(List<Step> steps, Account account, Escrow escrow, BigInteger credit, BigInteger available) {
        BigInteger credited = account.credited().add(credit);
        BigInteger unspent = credited.subtract(account.released());
        BigInteger back = account.ours() ? unspent : unspent.min(available);
        if (back.signum() > 0) {
            steps.add(new Step.Return(back, account.returned().add(back), !account.ours()));
        }
        if (!account.ours()) {
            return;
        }
        BigInteger owed = account.budget().subtract(credited).subtract(account.returned());
        if (owed.signum() > 0) {
            steps.add(new Step.GiveBack(owed));
        }
        if (escrow.free().signum() > 0) {
            steps.add(new Step.Refund(escrow.refunded()));
        }
    }
}
