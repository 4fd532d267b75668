/**
 * Challenges of this validator, from their plan to their attestation (docs/VERIFICATION.md, docs/adr/0020).
 *
 * <pre>
 *   plan ──queue──▶ PLANNED ─draw, keep, post▶ ISSUED ─committed: keep the question, post▶ ASKED ─opened or late──queue──▶ JUDGED ▶ attested
 *                      └───────────────── refused, or the coordinator knows nothing of it ──────────────────▶ GIVEN_UP
 * </pre>
 *
 * <p>{@link io.pithead.validator.challenge.Planner} says who is due, {@link io.pithead.validator.challenge.Preparing} and {@link
 * io.pithead.validator.challenge.Judging} do what takes time, on the queue's threads, {@link io.pithead.validator.challenge.Looking} moves on
 * what the coordinator has an answer for, and {@link io.pithead.validator.challenge.Publishing} tells the world, one after the other.
 *
 * <p>{@link io.pithead.validator.challenge.Refereeing} is for itself: it does jobs once more whose providers do not agree, in a program of its own,
 * and signs what it found (docs/JUDGING.md, docs/adr/0026). {@link io.pithead.validator.challenge.Charging} judges by those findings the nodes
 * that are charged with wrong answers; its verdicts are attested in the one chain with those of challenges (docs/REPUTATION.md, Charges).
 *
 * <p>Each message is kept before it is sent, and what is kept is what is sent, however often: this validator may die at any point, or run
 * twice on one database. The broker may lose every message: looking finds what was to be prepared, asked or judged. The coordinator may
 * be away, forget, lie or delay: nothing stays open beyond its deadline, and only what a node signed counts against it. Its
 * own times are this validator's, of when it saw something first.
 */
@NullMarked
package io.pithead.validator.challenge;

import org.jspecify.annotations.NullMarked;
