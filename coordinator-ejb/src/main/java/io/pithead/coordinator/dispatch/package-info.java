/**
 * Dispatch: parked polls and the claimer.
 *
 * <p>One thread per instance, the claimer, owns everything here: the polls that wait, the classes that have ready jobs,
 * the shares of the buyers. It takes jobs always for miners that are parked at this instance now, by class, in batches, with
 * {@code FOR UPDATE SKIP LOCKED}. A parked poll holds no thread and no transaction.
 *
 * <p>It is woken by a poll, a local submission (right after its commit) or a hint from another instance, and looks at
 * the database itself once a second ({@code pithead.dispatch.look}), which finds what a lost hint hid. Classes that nobody
 * here can run cost nothing.
 *
 * <p>What a node can do, and of which runs it is a healthy node, comes with the registry's changes, twice a second, to polls that
 * are parked already, too. The claim itself asks who is banned and who is in the run: what was not heard of yet gives nobody work.
 *
 * <p>When this instance dies, its polls break and the miners poll elsewhere; a job claimed but never delivered is given
 * on when its miner does not list it in two heartbeats, or when its lease runs out.
 */
@NullMarked
package io.pithead.coordinator.dispatch;

import org.jspecify.annotations.NullMarked;
