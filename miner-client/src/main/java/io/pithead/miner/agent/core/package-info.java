/**
 * What the agent decides, without a clock, randomness, input or output: {@link io.pithead.miner.agent.core.Machine}
 * takes an event, the time and one random number, and answers with orders.
 *
 * <pre>
 * job:    offered -> RUNNING -> result stored -> unsent -> acknowledged, or refused for good
 *                       |  cancelled, lease lost, lease no longer trusted
 *                       v
 *                    STOPPING -> gone (its result is dropped)
 * agent:  WORKING -> DRAINING (first signal) -> ended
 *             \____________\__ STOPPING (second signal) -> ended
 * </pre>
 *
 * <p>At most {@code slots} children live at once, those being killed included. A lease is trusted until a margin before
 * its expiry, and every renewal counts from when it was <em>sent</em>; both clocks may be wrong, because only the
 * coordinator's own times are compared with each other. When the coordinator dies, running jobs go on while their
 * leases are trusted and results wait on disk; when the miner dies, its leases run out and its results are sent by the
 * next start. An attempt whose result is unsent still counts as running for the coordinator, so that its lease is
 * renewed until the proof has arrived.
 */
@NullMarked
package io.pithead.miner.agent.core;

import org.jspecify.annotations.NullMarked;
