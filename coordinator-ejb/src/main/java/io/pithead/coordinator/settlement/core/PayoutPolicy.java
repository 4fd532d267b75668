package io.pithead.coordinator.settlement.core;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** Who is paid how much by an epoch, and when there is one. */
public final class PayoutPolicy {
    private PayoutPolicy() {}

    /** An account that is to be paid to an address. */
    public record Payee(UUID account, String address) {}

    /** What it is paid. */
    public record Payout(UUID account, String address, BigInteger amount) {}

    /**
     * All that an account has available, once that is worth a payout.
     *
     * @param available of those that have anything
     */
    public static List<Payout> payouts(List<Payee> payees, Map<UUID, BigInteger> available, BigInteger minimum) {
        var payouts = new ArrayList<Payout>();
        for (Payee payee : payees) {
            BigInteger amount = available.getOrDefault(payee.account(), BigInteger.ZERO);
            if (amount.signum() > 0 && amount.compareTo(minimum) >= 0) {
                payouts.add(new Payout(payee.account(), payee.address(), amount));
            }
        }
        return payouts;
    }

    /** What leaves grow by: accounts that are paid to one address have one leaf. */
    public static SortedMap<String, BigInteger> byAddress(List<Payout> payouts) {
        var sums = new TreeMap<String, BigInteger>();
        payouts.forEach(payout -> sums.merge(payout.address(), payout.amount(), BigInteger::add));
        return sums;
    }

    public static BigInteger sum(List<Payout> payouts) {
        return payouts.stream().map(Payout::amount).reduce(BigInteger.ZERO, BigInteger::add);
    }

    /** @param before when the epoch before was begun, or the first address was set */
    public static boolean isDue(Instant before, Duration every, Instant now) {
        return !now.isBefore(before.plus(every));
    }
}
