/**
 * Container tasks: desired state, and the one container job per node that makes it so.
 *
 * <p>A task is placed on the nodes that fit, each with a job whose container was resolved then and never changes. What the
 * job's holder reports becomes the node's state, the nodes' states become the task's. What the buyer wants (run, pause,
 * restart) is an order with a generation, repeated with every heartbeat until the miner reports that generation; a stop is
 * the end of the job. Nothing else ends a container: neither silence, nor an error here, nor a lost database.
 *
 * <pre>
 * POST /tasks ─▶ task ─ placement ─▶ job per node ─ lease ─▶ reports ─▶ task_node ─▶ task
 *                  ▲                                                      │
 *                  └── a node that is away longer than its lease: its place is given to another ──┘
 * </pre>
 *
 * <p>A task may want groups of nodes instead of single ones. A group is formed for one task, of nodes that fit it and are in
 * no other group; while it forms it may grow, merge and dissolve, for nothing of it runs. It is placed as a whole, and from
 * then on nothing changes it but its end: all its containers have ended, its buyer or the operator dissolved it, or a node
 * of it is lost, which ends the others too and gives the place to a new group.
 *
 * <pre>
 * FORMING ── full, or settled ─▶ PLACED ── all containers ended ─▶ ENDED
 *    └── merged, too few nodes, task not to run ─▶ DISSOLVED ◀── a node is lost; by hand ──┘
 * </pre>
 *
 * <p>What a container announces its node brings, while it holds the lease or for a day after the end it brought about itself. The
 * task names it, the buyer may read it, and no node has a say in either.
 *
 * <p>What a banned node has is given up in the next round, whatever the task wants and however well the node is. A task that ended
 * longer ago than jobs are kept goes with all that belongs to it, rows that refer to others first, once its containers have
 * ended and their meters are closed.
 *
 * <p>One instance at a time places (an advisory lock for the round, gone with its transaction); whatever is left half done
 * when it dies is found by the next round, and the unique index on task and node keeps a second container out.
 */
@NullMarked
package io.pithead.coordinator.task;

import org.jspecify.annotations.NullMarked;
