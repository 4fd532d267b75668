/**
 * Judging: jobs whose proofs are compared before they are paid.
 *
 * <pre>
 * by hash:     proof ─▶ a digest the buyer named ─▶ COMPLETED, paid at once by the batch of reports
 *                       └─ another ─▶ VERIFYING ─▶ QUEUED for another provider, or FAILED when attempts or time are used up
 * replicated:  proof ─▶ VERIFYING ─▶ replicas at nodes that are chosen here ─▶ agreed: COMPLETED, those who agree are paid
 *                                    (child jobs, one provider each)           └▶ not agreed in number or time: FAILED
 * </pre>
 *
 * <p>A proof of such a job is only written down by the batch of reports; a trigger of the database then leaves a nudge, in the
 * same transaction and whoever changed the state. A round looks at what was nudged and at what is due: it locks the job and its
 * replicas, then the verification, decides ({@code core}) and applies, one transaction for each job. Rows that another instance
 * has are left to it. An instance that dies in the middle has done nothing; the nudge is still there.
 *
 * <p>Money: the job's price is reserved as ever; beside it so many prices are held as there may be further replicas. A replica
 * takes its price from what is held, and is settled or released as any job. What is left is released with the verdict.
 *
 * <p>A dispute about a job that was paid is a verification too, under the dispute's id, of replicas alone ({@link
 * io.pithead.coordinator.verify.Retrials}): the job has its answer already, and what becomes of that is the dispute's to say.
 *
 * <p>Canaries: a round reads what was paid, draws which node gets a job again that others agreed on, and queues it as a replicated
 * job of the operator's account for that node. Its judge counts those who agreed before as replicas that have answered. An
 * instance that dies between the draw and the queue has lost that canary, and nothing else.
 *
 * <p>The referee: where providers do not agree and no more may be asked, a case is opened for validators, once, with its own deadline. A finding is a
 * row and a nudge in one transaction; the judge counts findings as it counts answers. A case is closed with the job's verdict, whatever that is.
 *
 * <p>Nodes are chosen at random, here, among those that could take the job: whoever wants to be asked about the work of a friend
 * cannot ask for it. To its miner a replica is a job like any other.
 */
@NullMarked
package io.pithead.coordinator.verify;

import org.jspecify.annotations.NullMarked;
