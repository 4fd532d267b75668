/**
 * Logs: what a job writes while it runs, as its miner tells it.
 *
 * <p>The miner sends pieces with their offsets, in any order and as often as it likes; a byte that is there is never changed.
 * Of each attempt the beginning and the end are kept, of each job the last attempts, so what one job can store is bounded
 * whatever its miner sends. The answer names the gaps that would still be kept; they need not be filled. Only the holder of
 * the lease writes, and for a while after the end the one that held it last.
 *
 * <p>Offsets count bytes of UTF-8. Rows are cut anywhere; what is read is cut between characters. Logs go when their job's
 * partition goes.
 */
@NullMarked
package io.pithead.coordinator.log;

import org.jspecify.annotations.NullMarked;
