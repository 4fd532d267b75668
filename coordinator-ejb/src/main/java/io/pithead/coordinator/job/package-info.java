/**
 * Jobs: submission, the state machine and its history, cancellation, what the buyer sees.
 *
 * <pre>
 * QUEUED ─lease─▶ LEASED ─progress─▶ RUNNING ─proof─▶ VERIFYING ─▶ COMPLETED
 *   ▲                │                  │                 │
 *   └── lease lost or a retryable failure, attempts left ─┘      any non-terminal ─▶ CANCELED, EXPIRED, FAILED
 * </pre>
 *
 * Every transition is guarded by the state it leaves (and, for a held job, by the lease token), is a row in
 * {@code job_event}, and moves the reserved money in the same transaction: settled with the receipt, released otherwise.
 */
@NullMarked
package io.pithead.coordinator.job;

import org.jspecify.annotations.NullMarked;
