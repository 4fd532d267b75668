/**
 * Following jobs: their history first, then each transition as it is made, wherever it is made, until the job ends.
 *
 * <p>The history in {@code job_event} is the truth. One thread per instance asks it, every half second and in one statement
 * for all jobs followed here, what is new; a transition that this instance commits itself is handed over at once and saves
 * the wait. Either way an event is sent only when it follows on the last one sent, so nothing is sent twice, left out or
 * out of order; a hint that is lost or comes too early costs one half second.
 *
 * <p>No follower holds a thread, a connection or a transaction. A follower whose outlet does not take what it is given is
 * dropped and may come back with the last number it saw. A follower goes when its key does.
 */
@NullMarked
package io.pithead.coordinator.feed;

import org.jspecify.annotations.NullMarked;
