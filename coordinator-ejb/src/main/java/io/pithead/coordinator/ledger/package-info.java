/**
 * Money: double entry in integer minor units.
 *
 * <p>An entry moves an amount from one pot to another, so every entry sums to zero by its form; balances follow from
 * entries by a trigger and by nothing else. A job's price goes AVAILABLE → RESERVED when it is submitted, and from there
 * to the provider's pot with the receipt, or back. The entry of a job is unique on (job, slice, reason): whoever repeats
 * a settlement changes nothing. Only EXTERNAL, the world outside, may be negative.
 */
@NullMarked
package io.pithead.coordinator.ledger;

import org.jspecify.annotations.NullMarked;
