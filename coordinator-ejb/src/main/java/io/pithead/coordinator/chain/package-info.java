/**
 * The gateway to chains: sends transactions, each once, and keeps what chains say as rows.
 *
 * <pre>
 * ask (a purpose, once) ─▶ ASKED ─sign: nonce and bytes written, commit─▶ SIGNED ─sent, again and again─▶ MINED ─final─▶ DONE
 *                            │                                              ▲  │ reorganised                     └─▶ REVERTED
 *                            └─ would revert, tried often enough ─▶ REFUSED  └──┘        nonce used by another ─▶ LOST
 * </pre>
 *
 * <p><b>Nothing is sent twice.</b> A purpose has one row, a row has one nonce, and the chain takes one transaction of a
 * nonce. Bytes are committed before a node sees them; whoever goes on after a crash finds them and sends the same. A
 * replacement has the same nonce and does the same. Which nonce is next is read from the rows: a node is asked where it
 * stands once in a key's life, and what it says later can only stop the sending. A row that failed for good has a new nonce
 * only when a person asks for that.
 *
 * <p><b>What was read can be undone.</b> Events, and one row for each change that they make to a thing, carry the number of
 * their block: undoing is deleting what is behind the last common block, in one transaction with the cursor. The newest blocks'
 * hashes are remembered. Where blocks differ that were final, nothing is undone: the reading halts and says why, until a
 * person has everything read again. The same blocks give the same rows, and a digest says so.
 *
 * <p><b>Nodes are strangers.</b> Each is asked for the chain's id and the contracts' code before it is believed; its answers
 * are bounded, checked against what was asked and against each other; one that fails, lags or contradicts is left alone for
 * a while and the next is asked. While none answers, work waits in rows.
 *
 * <p>Per chain one instance reads and per key one sends, by a lease that each of its writes renews. A loop waits for its own
 * chain's node on its own thread, each answer within a deadline, and holds neither a transaction nor a connection meanwhile:
 * a dead chain delays nobody but itself.
 */
@NullMarked
package io.pithead.coordinator.chain;

import org.jspecify.annotations.NullMarked;
