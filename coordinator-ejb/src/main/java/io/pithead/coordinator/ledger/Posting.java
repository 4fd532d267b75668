package io.pithead.coordinator.ledger;

import io.pithead.coordinator.ledger.core.LockPolicy.Locked;
import java.math.BigInteger;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One movement of money to be entered; {@code from} and {@code to} are null for the outside world. A job has one entry of
 * each reason and slice.
 */
public record Posting(
        @Nullable UUID from,
        Pot fromPot,
        @Nullable UUID to,
        Pot toPot,
        BigInteger amount,
        String reason,
        @Nullable UUID job,
        int slice) {

    public static Posting deposit(UUID account, BigInteger amount) {
        return new Posting(null, Pot.EXTERNAL, account, Pot.AVAILABLE, amount, "DEPOSIT", null, 0);
    }

    public static Posting withdrawal(UUID account, BigInteger amount) {
        return new Posting(account, Pot.AVAILABLE, null, Pot.EXTERNAL, amount, "WITHDRAWAL", null, 0);
    }

    public static Posting reserve(UUID buyer, BigInteger price, UUID job) {
        return reserve(buyer, price, job, 0);
    }

    public static Posting release(UUID buyer, BigInteger price, UUID job) {
        return release(buyer, price, job, 0);
    }

    public static Posting settle(UUID buyer, UUID provider, BigInteger price, UUID job) {
        return settle(buyer, provider, price, job, 0);
    }

    public static Posting reserve(UUID buyer, BigInteger amount, UUID job, int slice) {
        return new Posting(buyer, Pot.AVAILABLE, buyer, Pot.RESERVED, amount, "RESERVE", job, slice);
    }

    public static Posting release(UUID buyer, BigInteger amount, UUID job, int slice) {
        return new Posting(buyer, Pot.RESERVED, buyer, Pot.AVAILABLE, amount, "RELEASE", job, slice);
    }

    /** What is paid is pending; where there is no lock window, {@link Ledger#post} makes it available at once. */
    public static Posting settle(UUID buyer, UUID provider, BigInteger amount, UUID job, int slice) {
        return new Posting(buyer, Pot.RESERVED, provider, Pot.PENDING, amount, "SETTLE", job, slice);
    }

    static Posting unlock(Locked pay) {
        return new Posting(
                pay.provider(),
                Pot.PENDING,
                pay.provider(),
                Pot.AVAILABLE,
                pay.amount(),
                "UNLOCK",
                pay.job(),
                pay.slice());
    }

    /** Where a release would have brought it, had it not been paid. */
    static Posting withdrawn(Locked pay) {
        return new Posting(
                pay.provider(),
                Pot.PENDING,
                pay.buyer(),
                Pot.AVAILABLE,
                pay.amount(),
                "WITHDRAWN",
                pay.job(),
                pay.slice());
    }

    /** The same without a lock window. */
    Posting atOnce() {
        return toPot == Pot.PENDING ? new Posting(from, fromPot, to, Pot.AVAILABLE, amount, reason, job, slice) : this;
    }
}
