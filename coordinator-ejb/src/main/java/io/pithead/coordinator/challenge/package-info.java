/**
 * Challenges of validators to nodes, as far as the coordinator has to do with them: it carries the messages, checks who signed them and what
 * they answer, and judges nothing. Whatever it loses, swaps or delays makes a challenge inconclusive, never a node bad.
 *
 * <pre>
 *   OFFERED ─node─▶ COMMITTED ─validator─▶ ASKED ─node─▶ OPENED
 *      └───────────────┴─────────────────────┴────────────┴──validator──▶ JUDGED
 *      └───────────────┴─────────────────────┴────────────┴──nobody─────▶ CLOSED ──validator──▶ JUDGED
 * </pre>
 *
 * <p>A node has one open challenge, whoever made it. An offered one is told with heartbeats until it is answered. Everything else waits
 * for messages: parked requests hold no thread, are woken by what comes at this instance, and look once a second for what came at
 * others. A party that dies says nothing more, and at {@code give_up_at} the challenge is closed, so that the node is free for others.
 *
 * <p>Messages are written by updates that name the state they were decided on; one that lost its race is decided on again. The same message
 * again is the same answer. Attestations are a line for each validator, held together by the table's own unique constraint, and
 * stay when their challenges have gone.
 */
@NullMarked
package io.pithead.coordinator.challenge;

import org.jspecify.annotations.NullMarked;
