package io.pithead.miner.chain.core;

import java.math.BigDecimal;
import java.math.BigInteger;

/** What a transaction offers by EIP-1559, and how much gas it may use. */
public final class Fees {
    /** The least for whoever makes the block: a hundredth of a gwei. */
    static final BigInteger MIN_TIP = BigInteger.valueOf(10_000_000);
    /** More than a block holds is no estimate. */
    static final long MAX_GAS = 50_000_000;

    private static final int GWEI_DIGITS = 9;
    private static final int COIN_DIGITS = 18;
    private static final long MARGIN = 5;

    private Fees() {}

    /** What follows from the market and the owner's cap. */
    public sealed interface Offer {
        /** For each unit of gas. */
        record Pay(BigInteger maxFee, BigInteger tip) implements Offer {}

        /** Blocks take nothing below this. */
        record TooDear(BigInteger neededWei) implements Offer {}
    }

    /** Twice the base fee lasts through six full blocks; never more than the cap, whatever a node says. */
    public static Offer offer(BigInteger baseFee, BigInteger tipAsked, BigInteger cap) {
        BigInteger needed = baseFee.add(MIN_TIP);
        if (needed.compareTo(cap) > 0) {
            return new Offer.TooDear(needed);
        }
        BigInteger tip = tipAsked.max(MIN_TIP).min(cap.subtract(baseFee));
        return new Offer.Pay(baseFee.shiftLeft(1).add(tip).min(cap), tip);
    }

    /** A fifth more than the node thinks. @throws IllegalArgumentException when that is no gas for one transaction */
    public static long limit(long estimated) {
        if (estimated < 1 || estimated > MAX_GAS) {
            throw new IllegalArgumentException("no transaction takes " + estimated + " gas");
        }
        return estimated + Math.ceilDiv(estimated, MARGIN);
    }

    public static String gwei(BigInteger wei) {
        return plain(wei, GWEI_DIGITS);
    }

    public static String coins(BigInteger wei) {
        return plain(wei, COIN_DIGITS);
    }

    private static String plain(BigInteger wei, int digits) {
        return wei.signum() == 0
                ? "0"
                : new BigDecimal(wei, digits).stripTrailingZeros().toPlainString();
    }
}
