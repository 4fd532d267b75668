@NullMarked
package io.pithead.coordinator.meter.core;

import org.jspecify.annotations.NullMarked;
