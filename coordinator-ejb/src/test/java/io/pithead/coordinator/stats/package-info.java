@NullMarked
package io.pithead.coordinator.stats;

import org.jspecify.annotations.NullMarked;
