/**
 * {@code Idempotency-Key} on a POST: see {@code coordinator.idempotency} for the life of a key.
 *
 * <p>A resource whose facade takes an {@code IdempotencyTicket} gets it from {@link
 * io.pithead.web.idempotency.Tickets#of}; for all others the filter stores the answer after the work. An answer that says
 * "ask again" (5xx, 429, anything with {@code Retry-After}) is not stored and frees the key.
 */
@NullMarked
package io.pithead.web.idempotency;

import org.jspecify.annotations.NullMarked;
