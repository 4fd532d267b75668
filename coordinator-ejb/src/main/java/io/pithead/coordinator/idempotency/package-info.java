/**
 * What was answered to an {@code Idempotency-Key}.
 *
 * <pre>
 *   (none) ──claim──▶ claimed until locked_until ──store──▶ answered (24 h) ──sweep──▶ (none)
 *                        │        ▲
 *                        │        └── claim, once locked_until has passed (whoever held it crashed)
 *                        └── release (the answer was "ask again"): (none)
 * </pre>
 *
 * <p>A claim is committed before the work begins. Work that moves money stores its answer in its own transaction, through
 * the {@link io.pithead.coordinator.idempotency.IdempotencyTicket}, so effect and answer commit together, and a holder
 * whose claim ran out and was taken over is rolled back instead of doing the work twice. Other work has its answer stored
 * after it; a crash in between means that a retry after the claim ran out does it again.
 */
@NullMarked
package io.pithead.coordinator.idempotency;

import org.jspecify.annotations.NullMarked;
