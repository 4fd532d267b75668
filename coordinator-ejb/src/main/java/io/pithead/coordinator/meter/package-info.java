/**
 * Metered containers: time that was seen, paid in slices from money that was set aside.
 *
 * <p>A container of a task with {@code metered} prices has a meter. Every sign of life of its holder (heartbeat, progress,
 * proof, failure) adds the time since the one before under the same lease, as long as the container was said to run or to be
 * paused, and at most one slice: a silence proves nothing. The rate comes from what the task asked for, never from what a
 * miner says was used.
 *
 * <pre>
 * placement: two slices set aside ─▶ every slice: pay what was seen, with a receipt; set aside anew ─▶ end: pay, give back
 *                                          └── cannot: warn ── not even one slice left: the container ends
 * </pre>
 *
 * <p>Each settlement is one transaction of ledger entries, receipts and meters, which are locked first and skipped where another
 * instance has them; its number is the slice of its entries and receipt, so the database takes none twice. The wallets are
 * locked next, in one order, then the tasks' budgets: tasks that spend at once wait for each other and cannot overrun either.
 * When an instance dies, the next look of any other settles what it had not.
 */
@NullMarked
package io.pithead.coordinator.meter;

import org.jspecify.annotations.NullMarked;
