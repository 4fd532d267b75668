/**
 * Nodes: registration, heartbeats, liveness.
 *
 * <p>A node is a row that changes when its miner says something new of the machine, and a narrow row of liveness that
 * changes with every sign of life, many at a time. Every instance keeps all it needs of a node in memory; a change made
 * at another instance is seen within a second, by the time of the change. A miner that only ever beats (the AITBC guide's
 * script) is registered by its first heartbeat.
 *
 * <p>A node that the operator has banned is answered 403 with the reason; its leases are ended by the reaper, its polls by
 * dispatch, its places are given on by tasks, each by looking for what banned nodes have. The audit trail has who and why.
 *
 * <p>When the miner dies, its leases run out and are given on (see lease). When the server dies, nothing is lost:
 * everything acknowledged was committed.
 */
@NullMarked
package io.pithead.coordinator.node;

import org.jspecify.annotations.NullMarked;
