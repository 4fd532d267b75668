/**
 * The keeper: what validators reject on a chain is ejected there, and stake of its provider is proposed for slashing.
 *
 * <pre>
 * a final block rejects a node ─▶ FOUND ─asked, final─▶ PROPOSED ─window over, executed─▶ EXECUTED
 *                                  │ ▲                   │   └─provider─▶ APPEALED ─arbiter─▶ EXECUTED, OVERTURNED
 *                       the chain  │ │ operator:         │                   └─nobody─▶ LAPSED
 *                     refuses, why ▼ │ retry             └─operator, from here or while it is appealed─▶ WITHDRAWN
 *                                 REFUSED
 * </pre>
 *
 * <p><b>The chain is the truth.</b> A row begins with a final block's rejection and moves by what final blocks say, never by a
 * transaction having been sent. Ejection is a track of its own beside it: one may come about without the other.
 *
 * <p><b>Nothing is done twice.</b> A rejection has one row, a row has one purpose for each thing that is asked of the chain
 * ({@code sanction/ID/eject}, {@code /slash}, {@code /execute}, {@code /lapse}, {@code /withdraw}), and what is asked depends on
 * the row alone. Each step is one transaction over the locked row, so whoever goes round, after a kill or at another instance
 * beside this one, asks for the same or for nothing: there is no lease.
 *
 * <p><b>A round costs what is new.</b> Up to which final block a chain's rejections and ejections were followed stands in {@code
 * sanction_feed}, with the generation of the chain's reading. It is moved in the transaction that writes what was found, so a start
 * goes on where the last one died. Blocks that are not final are not read, so one that is taken back leaves nothing to undo; when all is
 * read again, the generation is another and the keeper begins anew, and finds what has a row already. Nodes that changed since the last
 * round are compared with who is ejected.
 *
 * <p><b>What is refused is named and rests.</b> The gateway tries a few times and then says why; a person looks, and has it
 * tried again, by the same transaction.
 *
 * <p>Nodes that speak for an ejected address are kept from work as banned ones are, until the address is reinstated on the
 * chain: an approval does not undo it. The history of each row is append-only.
 */
@NullMarked
package io.pithead.coordinator.sanction;

import org.jspecify.annotations.NullMarked;
