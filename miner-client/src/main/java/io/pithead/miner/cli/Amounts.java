package io.pithead.miner.cli;

import io.pithead.miner.config.ConfigException;
import io.pithead.protocol.money.Money;
import java.math.BigInteger;
import java.util.List;

/** Amounts of tokens as owners type them. */
final class Amounts {
    private Amounts() {}

    static BigInteger parse(String text) throws ConfigException {
        try {
            BigInteger minor = Money.parse(text);
            if (minor.signum() > 0) {
                return minor;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new ConfigException(List.of("the amount must be more than 0, with at most six decimals, such as 12.5"));
    }
}
