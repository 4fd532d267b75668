@NullMarked
package io.pithead.coordinator.task.core;

import org.jspecify.annotations.NullMarked;
