/** Which nodes fit a task, which of them get it, what its words mean there, and what its nodes' states make of it. */
@NullMarked
package io.pithead.coordinator.task.core;

import org.jspecify.annotations.NullMarked;
