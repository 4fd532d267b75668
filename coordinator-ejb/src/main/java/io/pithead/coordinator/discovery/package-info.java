/**
 * The discovery registry. A node announces itself with its own key; a run's owner and manager, and validators, read with theirs.
 *
 * <pre>
 *   not known --announce, registered on chain, fits--> listed --silent for the ttl--> not listed --swept--> not known
 *                                                        |  ^
 *                                                        +--+ announce: seen; other readers: told to seal anew
 * </pre>
 *
 * <p>What the chain says lies in tables of its own ({@link io.pithead.coordinator.discovery.ChainFacts}), written by whoever
 * watches the chain or by the operator, and is read with each request: a change holds at once, and no node is ever polled.
 * The registry cannot read an endpoint, and keeps no address that a node came from, only a keyed digest for the limit.
 *
 * <p>A request's nonce is taken in the transaction that does what it asks: one that was refused changed nothing. A nonce is kept
 * until its signature is long over; only signers whom the facts know leave any.
 */
@NullMarked
package io.pithead.coordinator.discovery;

import org.jspecify.annotations.NullMarked;
