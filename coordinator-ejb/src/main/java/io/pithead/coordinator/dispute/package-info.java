/**
 * Disputes: a buyer has a job that it paid judged anew, as long as the pay can be withdrawn.
 *
 * <pre>
 * POST ─▶ OPEN ─┬─ a quorum of others gave another output ─▶ UPHELD     the pay is the buyer's again, the node was wrong
 *               ├─ a quorum gave the same ────────────────▶ REJECTED   the pay goes on maturing
 *               └─ no quorum by the deadline ─────────────▶ UNDECIDED  the same
 * </pre>
 *
 * <p>What judges is verification: a dispute opens a judgement of its own there ({@link io.pithead.coordinator.verify.Retrials}),
 * under the dispute's id, whose replicas repeat the job at providers that never had it and are not the buyer. The deposit is
 * what that judgement holds: replicas take their price from it, and what is left goes back with its verdict.
 *
 * <p>Two transactions end it. The judge's pays replicas and gives back the rest; ours moves the job's own pay. Between them,
 * and whoever dies there, the pay is held: the row that locks it is never due, so that maturing costs what it costs without
 * disputes. Ours takes rows that no other instance has, so it happens once.
 *
 * <p>Opening locks the job, then what it paid, then pots. Ending writes the node's record before it moves money, as judges do.
 */
@NullMarked
package io.pithead.coordinator.dispute;

import org.jspecify.annotations.NullMarked;
