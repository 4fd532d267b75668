/**
 * Pays what was earned here on a chain: an epoch turns what accounts have available into leaves of a tree, and the tree's root
 * goes to the contract {@code Rewards}, where everybody claims with a proof.
 *
 * <pre>
 * CLOSING ─all accounts looked at─▶ HASHING ─root─▶ FUNDING ─funded ≥ total─▶ POSTING ─final─▶ PENDING ─window over─▶ ACTIVE
 *    │ nothing to pay: gone                                                        └──────────────┴─ validators ─▶ WITHDRAWN
 * </pre>
 *
 * <p><b>Each account is paid once an epoch.</b> A batch is one transaction: ledger entries, payouts, leaves and how far it came;
 * whoever goes on after a kill finds either all or nothing of it. A leaf holds all since the beginning, so a root that was
 * withdrawn needs no undoing: the next one has all of it again.
 *
 * <p><b>Root and digest follow from rows.</b> What leaves were at the end of an epoch is what they are now less what later epochs
 * paid. So the tree in memory is a cache: kept from epoch to epoch with only what changed hashed again, built anew after a
 * restart, and the same at each instance. Claims are answered from a copy of it as it was at the epoch that can be claimed under.
 *
 * <p><b>On the chain everything is asked for by purpose</b> ({@code epoch/N/approve}, {@code epoch/N/fund},
 * {@code epoch/N/post}), in the transaction that reads why: whoever repeats a step asks for nothing new. A state ends by what
 * final blocks say, never by a transaction having been sent. What does not come about by itself waits with its reason for a
 * person; ledger and leaves stay right meanwhile. One epoch at a time is on its way; pending ones are followed beside it.
 *
 * <p>One instance closes, by a lease that each of its writes renews; all keep trees to answer from.
 */
@NullMarked
package io.pithead.coordinator.settlement;

import org.jspecify.annotations.NullMarked;
