@NullMarked
package io.pithead.coordinator.stats.core;

import org.jspecify.annotations.NullMarked;
