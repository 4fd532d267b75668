package io.pithead.protocol.money;

import java.math.BigDecimal;
import java.math.BigInteger;

/** 1 token is 10⁶ minor units. Amounts are decimal strings on the wire, never floats. */
public final class Money {
    public static final int DECIMALS = 6;
    /** Larger amounts do not fit {@code numeric(38,0)} sums of a busy ledger. */
    public static final int MAX_DIGITS = 30;

    private Money() {}

    /** @throws IllegalArgumentException when the text is not a non-negative amount with at most six decimals */
    public static BigInteger parse(String text) {
        if (text.length() > MAX_DIGITS + 1 || !text.matches("[0-9]+(\\.[0-9]{1,6})?")) {
            throw new IllegalArgumentException(
                    "must be a decimal string such as \"1.5\", not negative, with at most six decimals");
        }
        return new BigDecimal(text).movePointRight(DECIMALS).toBigIntegerExact();
    }

    public static String format(BigInteger minor) {
        return new BigDecimal(minor, DECIMALS).toPlainString();
    }
}
