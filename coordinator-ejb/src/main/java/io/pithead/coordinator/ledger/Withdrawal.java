package io.pithead.coordinator.ledger;

import java.math.BigInteger;

/**
 * What was withdrawn of all that a job has paid.
 *
 * @param withdrawn to the buyer, now or before
 * @param stays with the provider: it had matured
 */
public record Withdrawal(BigInteger withdrawn, BigInteger stays) {}
