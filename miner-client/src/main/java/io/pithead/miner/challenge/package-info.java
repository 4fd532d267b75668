/**
 * Answers a validator's challenges: multiplies, commits to the product's rows and opens those that are asked for, or fills memory or a file, commits
 * to its pages and opens some; or fetches a stream, commits to it and sends some of it back; or runs a container and tells what it said (docs/VERIFICATION.md). The product is not kept: a row that is asked for is made again. Memory is
 * held until it is opened, and goes with its process.
 *
 * <pre>
 *   heartbeat's directive ──▶ fetch ──▶ check ──▶ PROVING ──▶ COMMITTING ──▶ WAITING ──▶ OPENING ──▶ answered
 *                               │         └▶ refused             └────────────┴────────────┴▶ failed: too late, refused
 *                               └▶ not to be had now: the next heartbeat brings it again
 * </pre>
 *
 * One at a time, beside whatever jobs run, and in a process of its own ({@link io.pithead.miner.challenge.ProverProcess}), so that its
 * memory, its priority and PyTorch's crashes are not the agent's. The node's key stays with the agent. When the miner dies, the process ends with it; a
 * challenge that was not committed to is offered to the next one and proved anew, one that was is let go: without its process there
 * is nothing to open from, and the validator finds it inconclusive. When the coordinator dies, messages are sent again until they are too
 * late.
 */
@NullMarked
package io.pithead.miner.challenge;

import org.jspecify.annotations.NullMarked;
