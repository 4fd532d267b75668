@NullMarked
package io.pithead.coordinator.task;

import org.jspecify.annotations.NullMarked;
