package io.pithead.coordinator.ledger;

import java.math.BigInteger;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One movement of money to be entered; {@code from} and {@code to} are null for the outside world. */
public record Posting(
        @Nullable UUID from,
        Pot fromPot,
        @Nullable UUID to,
        Pot toPot,
        BigInteger amount,
        String reason,
        @Nullable UUID job) {

    public static Posting deposit(UUID account, BigInteger amount) {
        return new Posting(null, Pot.EXTERNAL, account, Pot.AVAILABLE, amount, "DEPOSIT", null);
    }

    public static Posting reserve(UUID buyer, BigInteger price, UUID job) {
        return new Posting(buyer, Pot.AVAILABLE, buyer, Pot.RESERVED, price, "RESERVE", job);
    }

    public static Posting release(UUID buyer, BigInteger price, UUID job) {
        return new Posting(buyer, Pot.RESERVED, buyer, Pot.AVAILABLE, price, "RELEASE", job);
    }

    public static Posting settle(UUID buyer, UUID provider, BigInteger price, UUID job) {
        return new Posting(buyer, Pot.RESERVED, provider, Pot.AVAILABLE, price, "SETTLE", job);
    }
}
