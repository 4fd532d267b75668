/**
 * Messages that leave with a state change, and the broker behind them.
 *
 * <pre>
 * change + outbox row ─commit─▶ relay: lock rows, send (persistent, duplicate id), delete, commit ─▶ queue ─▶ consumer
 *                                 ▲ woken after a local commit, else once a second           refused ─▶ DLQ.queue ─▶ retry
 * </pre>
 *
 * <p>At least once, without two-phase commit. The relay dies between send and commit: the rows are sent again and the
 * broker drops the second copy by its duplicate id. The broker dies: rows stay, nobody else notices, one line is logged
 * when it is lost and one when it is back. The broker is wiped: every message is only a hint to look sooner at what the
 * database knows, and somebody looks anyway. A message says type, ids and version, never state.
 *
 * <p>Each queue is relayed by itself, so a full one stops no other.
 */
@NullMarked
package io.pithead.coordinator.outbox;

import org.jspecify.annotations.NullMarked;
