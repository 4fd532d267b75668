package io.pithead.coordinator.chain.core;

import java.math.BigInteger;
import java.time.Duration;

/**
 * What transactions pay by EIP-1559.
 *
 * @param capWei no transaction offers more per gas, whatever the market does
 * @param minTipWei the least that is offered to whoever makes the block
 * @param bumpPermille how much more a replacement offers, of both fees: nodes refuse less than an eighth
 * @param bumpAfter how long the first of a key's transactions waits before it is replaced
 */
public record FeePolicy(BigInteger capWei, BigInteger minTipWei, int bumpPermille, Duration bumpAfter) {
    public static final int MIN_BUMP_PERMILLE = 125;
    public static final int MAX_BUMP_PERMILLE = 1_000;

    /** After so many times {@code bumpAfter} even an offer that the market should take is raised. */
    static final int PATIENCE = 10;

    private static final BigInteger MILLE = BigInteger.valueOf(1_000);

    public FeePolicy {
        if (minTipWei.signum() < 0 || capWei.compareTo(minTipWei) < 0 || capWei.signum() <= 0) {
            throw new IllegalArgumentException("the cap must be positive and not below the tip");
        }
        if (bumpPermille < MIN_BUMP_PERMILLE || bumpPermille > MAX_BUMP_PERMILLE) {
            throw new IllegalArgumentException("a replacement must offer an eighth to twice as much again");
        }
        if (bumpAfter.isNegative() || bumpAfter.isZero()) {
            throw new IllegalArgumentException("a replacement must wait");
        }
    }

    /** What the newest block asks for. */
    public record Market(BigInteger baseFee, BigInteger tip) {}

    /** What one transaction offers per gas. */
    public record Offer(BigInteger maxFee, BigInteger tip) {}

    /** What follows. */
    public sealed interface Decision {
        record Pay(Offer offer) implements Decision {}

        /** What was offered stands. */
        record Keep() implements Decision {}

        /** It would take this much per gas: more than is allowed. */
        record AboveCap(BigInteger neededWei) implements Decision {}
    }

    /** For a transaction that was never sent. Twice the base fee lasts through six full blocks. */
    public Decision first(Market market) {
        BigInteger tip = minTipWei.max(market.tip()).min(capWei);
        BigInteger needed = market.baseFee().add(minTipWei);
        if (needed.compareTo(capWei) > 0) {
            return new Decision.AboveCap(needed);
        }
        BigInteger maxFee = market.baseFee().shiftLeft(1).add(tip).min(capWei);
        return new Decision.Pay(new Offer(maxFee, tip.min(maxFee)));
    }

    /** For the first of a key's transactions that is not in a block: the others wait for this one, whatever they offer. */
    public Decision replacement(Offer old, Market market, Duration pending) {
        if (pending.compareTo(bumpAfter) < 0) {
            return new Decision.Keep();
        }
        boolean taken = old.maxFee().compareTo(market.baseFee().add(minTipWei)) >= 0;
        if (taken && pending.compareTo(bumpAfter.multipliedBy(PATIENCE)) < 0) {
            return new Decision.Keep();
        }
        BigInteger maxFee = raised(old.maxFee());
        BigInteger tip = raised(old.tip());
        if (first(market) instanceof Decision.Pay(Offer fresh)) {
            maxFee = maxFee.max(fresh.maxFee());
            tip = tip.max(fresh.tip());
        } else {
            maxFee = maxFee.max(market.baseFee().add(minTipWei));
        }
        maxFee = maxFee.max(tip);
        return maxFee.compareTo(capWei) > 0 ? new Decision.AboveCap(maxFee) : new Decision.Pay(new Offer(maxFee, tip));
    }

    /** Rounded up: one wei short of an eighth is refused. */
    private BigInteger raised(BigInteger fee) {
        BigInteger more = fee.multiply(BigInteger.valueOf(bumpPermille));
        return fee.add(more.add(MILLE).subtract(BigInteger.ONE).divide(MILLE)).max(fee.add(BigInteger.ONE));
    }
}
