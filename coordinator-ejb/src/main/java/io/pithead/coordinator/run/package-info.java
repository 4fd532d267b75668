/**
 * Runs: the compute pools of buyers, on chains, and the nodes in them.
 *
 * <pre>
 *   CREATING ─on the chain, as asked─▶ PENDING ─started─▶ OPEN ─ended, or its time is over─▶ ENDED
 *       ▲  └──── its time is over ─────────────────────────────────────────────────────────────▲
 *       └─ the chain took it back ─┘
 * </pre>
 *
 * <p>A run's row says what was asked for; what became of it is read from the registry's facts, which follow the chain, and which run
 * of the chain it is follows from owner, manager and the discovery URI, which has the row's own id in it. So nothing is lost by a
 * crash between asking and being there, and blocks that are taken back take the run back to its beginning.
 *
 * <p>What the chain is to do is asked of the gateway by a purpose that has the run's id in it, each once. Money enters the ledger
 * when a final block has it reserved, in one transaction with the row that counts how much did.
 *
 * <p>Nodes go through the states of {@link io.pithead.coordinator.run.core.RunNodeState}: each round loads them a bounded batch at a
 * time, decides for each, and writes what changed in one statement, with its reason, to a history that only grows. A silent node costs
 * nobody else anything: nothing is asked of nodes. One that becomes healthy or ceases to be is marked as
 * changed, so that whoever hands out work sees it with the other changes of nodes; one that is of no use for long is dismissed. A miner belongs to a node once it has answered an invite with the node's key.
 */
@NullMarked
package io.pithead.coordinator.run;

import org.jspecify.annotations.NullMarked;
