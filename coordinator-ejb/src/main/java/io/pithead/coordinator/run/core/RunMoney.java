package io.pithead.coordinator.run.core;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * A run's escrow against the ledger. What a buyer has in the ledger from an escrow is reserved there for good; it enters once,
 * when the chain can take it back no more, and what was not spent leaves before the owner may have it again. What left the wallet
 * here any other way is released to the funds of rewards, so that nobody has it twice.
 */
public final class RunMoney {
    private RunMoney() {}

    /** What a final block says of the run. */
    public enum Standing {
        ABSENT,
        GOING,
        /** Nothing can be reserved any more. */
        OVER,
        /** The escrow's grace is over too: it obeys nobody any more, and all that is left in it is its owner's. */
        LATE
    }

    /**
     * In minor units.
     *
     * @param ours the coordinator owns the run on the chain, and {@code budget} has left the ledger for its escrow
     * @param reserved asked to be reserved so far
     * @param credited to the ledger
     * @param released asked to be released so far
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

    /**
     * The buyer's, here.
     *
     * @param gone of what escrows brought into it, how much is nowhere in it any more: spent, or paid out
     */
    public record Wallet(BigInteger available, BigInteger gone) {}

    /** Each is done once: together with it the account changes. */
    public sealed interface Step {
        /** The budget, from our wallet into the escrow. */
        record Deposit(BigInteger amount) implements Step {}

        /** @param total with what was reserved before */
        record Reserve(BigInteger amount, BigInteger total) implements Step {}

        /** Into the buyer's wallet here. */
        record Credit(BigInteger amount) implements Step {}

        /** From reserved to the funds of rewards. @param total with what was released before */
        record Release(BigInteger amount, BigInteger total) implements Step {}

        /** Of the budget what never got reserved, into the buyer's wallet here. */
        record GiveBack(BigInteger amount) implements Step {}

        /** From reserved to free; of somebody else's run at most what is available, which leaves the ledger. @param total so far */
        record Return(BigInteger amount, BigInteger total, boolean leavesLedger) implements Step {}

        /** What is free, to us. @param before how much was refunded already */
        record Refund(BigInteger before) implements Step {}
    }

    public static List<Step> steps(Account account, Escrow escrow, Now now, Wallet wallet) {
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
                release(steps, account, wallet.gone().min(account.credited().subtract(account.released())));
                if (account.ours() && account.budget().signum() > 0 && !now.depositAsked()) {
                    steps.add(new Step.Deposit(account.budget()));
                }
            }
            case OVER -> end(steps, account, escrow, credit, wallet);
            case LATE ->
                home(
                        steps,
                        account,
                        account.credited().add(credit),
                        escrow,
                        escrow.free().add(escrow.reserved()));
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

    private static void release(List<Step> steps, Account account, BigInteger amount) {
        if (amount.signum() > 0) {
            steps.add(new Step.Release(amount, account.released().add(amount)));
        }
    }

    /**
     * Of somebody else's run all that cannot be taken out of the wallet is released: it is spent, or held for jobs that may
     * outlast the time in which the escrow still obeys.
     */
    private static void end(List<Step> steps, Account account, Escrow escrow, BigInteger credit, Wallet wallet) {
        BigInteger credited = account.credited().add(credit);
        BigInteger unspent = credited.subtract(account.released());
        BigInteger spent = account.ours()
                ? wallet.gone().min(unspent)
                : unspent.subtract(wallet.available().add(credit)).max(BigInteger.ZERO);
        release(steps, account, spent);
        BigInteger back = unspent.subtract(spent);
        if (back.signum() > 0) {
            steps.add(new Step.Return(back, account.returned().add(back), !account.ours()));
        }
        home(steps, account, credited, escrow, escrow.free());
    }

    /** Of ours: what never got reserved goes to the buyer, and tokens to us. */
    private static void home(
            List<Step> steps, Account account, BigInteger credited, Escrow escrow, BigInteger refundable) {
        if (!account.ours()) {
            return;
        }
        BigInteger owed = account.budget().subtract(credited).subtract(account.returned());
        if (owed.signum() > 0) {
            steps.add(new Step.GiveBack(owed));
        }
        if (refundable.signum() > 0) {
            steps.add(new Step.Refund(escrow.refunded()));
        }
    }
}
