/** What becomes of a node of a run, and of a run's money. */
@NullMarked
package io.pithead.coordinator.run.core;

import org.jspecify.annotations.NullMarked;
