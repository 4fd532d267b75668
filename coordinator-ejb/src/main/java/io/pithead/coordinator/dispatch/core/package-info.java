/**
 * Which node may take which job, whose job goes next, and why one waits. Pure: from snapshots to values.
 *
 * <p>Eligibility looks at a {@link io.pithead.coordinator.dispatch.core.JobNeed} and a
 * {@link io.pithead.coordinator.dispatch.core.NodeShape} only, so it is decided once per pair of distinct values, however
 * many jobs and nodes have them.
 */
@NullMarked
package io.pithead.coordinator.dispatch.core;

import org.jspecify.annotations.NullMarked;
