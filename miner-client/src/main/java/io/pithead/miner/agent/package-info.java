/**
 * The agent: one loop feeds {@link io.pithead.miner.agent.core.Machine} and carries out its orders. Calls to the
 * coordinator run on threads of their own and come back as events, so the loop never waits for the network, for a job
 * or for a child process. See the core's note for the states and for what happens when each party dies.
 */
@NullMarked
package io.pithead.miner.agent;

import org.jspecify.annotations.NullMarked;
