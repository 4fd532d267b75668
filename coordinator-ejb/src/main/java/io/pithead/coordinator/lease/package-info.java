/**
 * Leases: the time-limited right to an attempt at a job.
 *
 * <p>A lease has an ever-growing token; every write about an attempt names it and a stale one changes nothing. Only the
 * database's clock and {@code lease_expires_at} decide whether a lease is over.
 *
 * <pre>
 * granted ──progress, heartbeat that lists it──▶ renewed (lease ttl from now)
 *    │                                              │
 *    ├── proof ─▶ accepted once: receipt, settlement, result, in one transaction
 *    ├── failure report ─▶ queued again after a backoff, or failed when attempts are used up
 *    ├── not listed by two heartbeats ─▶ taken back at once
 *    └── run out ─▶ taken back by whichever instance looks first
 * </pre>
 *
 * <p>A miner that does not renew has a lease as long as the job may run. A miner that dies loses its lease after the ttl;
 * one that comes back is told so. When an instance dies in the middle of a batch nothing of the batch happened.
 */
@NullMarked
package io.pithead.coordinator.lease;

import org.jspecify.annotations.NullMarked;
