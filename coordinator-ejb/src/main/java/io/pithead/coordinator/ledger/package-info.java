/**
 * Money: double entry in integer minor units.
 *
 * <p>An entry moves an amount from one pot to another, so every entry sums to zero by its form; balances follow from
 * entries by a trigger and by nothing else. A job's price goes AVAILABLE → RESERVED when it is submitted, and from there
 * to the provider's pot with the receipt, or back. The entry of a job is unique on (job, slice, reason): whoever repeats
 * a settlement changes nothing. Only EXTERNAL, the world outside, may be negative.
 *
 * <pre>
 *   buyer's RESERVED ─SETTLE─▶ provider's PENDING ─UNLOCK, when the lock window is over─▶ provider's AVAILABLE
 *                                       └─WITHDRAWN, before that─▶ buyer's AVAILABLE
 * </pre>
 *
 * <p>What is locked has a row until it leaves PENDING, in the transaction that makes it leave: maturing takes rows that are due
 * and skips those that somebody holds, withdrawing waits for them. A pay that is due is the provider's even before it was
 * moved. So it leaves once, and an index says so too. What is held while it is disputed has a row that is never due in the place of its own. Without a window SETTLE goes to AVAILABLE, and there is no row.
 *
 * <p>Rows of what is locked are locked before pots, and pots in the order of their ids.
 */
@NullMarked
package io.pithead.coordinator.ledger;

import org.jspecify.annotations.NullMarked;
